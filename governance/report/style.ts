/** The report's only style sheet. Colours are variables, so that light, dark and print differ in one place each. */
export const STYLE = `
:root {
  --ink: #17202e; --soft: #586474; --line: #d9dee6; --paper: #ffffff; --panel: #f5f7fa;
  --before: #8b97a8; --after: #1f5fd0; --third: #b4690e; --good: #14733a; --medium: #9a5b00; --high: #b42318; --low: #586474;
  --good-paper: #e8f5ec; --medium-paper: #fdf1de; --high-paper: #fdeceb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf0; --soft: #9aa6b6; --line: #313a47; --paper: #12171e; --panel: #1a212b;
    --before: #8391a5; --after: #74a8ff; --third: #eab05c; --good: #6cd093; --medium: #f0b660; --high: #ff8f85; --low: #9aa6b6;
    --good-paper: #16291e; --medium-paper: #2e2413; --high-paper: #351a19;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 68rem; padding: 0 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
header { padding-top: 2rem; }
.brand { margin: 0; color: var(--soft); font-size: .85rem; letter-spacing: .04em; }
h1 { margin: .1rem 0 1rem; font-size: clamp(1.5rem, 5vw, 2.2rem); line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.3rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; max-width: 46rem; }
nav { position: sticky; top: 0; z-index: 1; display: flex; gap: 1rem; overflow-x: auto; padding: .6rem 0;
  background: var(--paper); border-bottom: 1px solid var(--line); font-size: .9rem; white-space: nowrap; }
a { color: var(--after); text-decoration: none; } a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--after); outline-offset: 2px; }
section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.banner { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--third); background: var(--medium-paper); }
.banner p { margin: .2rem 0; }
.verdict { font-size: 1.1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.card { padding: .75rem 1rem; background: var(--panel); border-radius: .5rem; }
.card .name { color: var(--soft); font-size: .85rem; }
.card .value { white-space: nowrap; font-size: 1.4rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.card .note { color: var(--soft); font-size: .85rem; }
.soft { color: var(--soft); font-size: .9rem; }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 2rem; align-items: start; }
figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .85rem; max-width: 34rem; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 13px; font-family: inherit; }
svg .quiet { fill: var(--soft); } svg .small { font-size: 12px; }
svg .over { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .axis { stroke: var(--line); fill: none; }
svg .before { fill: var(--before); } svg .after { fill: var(--after); } svg .third { fill: var(--third); }
svg .line-before, svg .line-after, svg .line-third { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .line-before { stroke: var(--before); } svg .line-after { stroke: var(--after); } svg .line-third { stroke: var(--third); }
svg .faint { stroke-width: 1; opacity: .35; }
svg .link { stroke: var(--line); stroke-width: 4; stroke-linecap: round; }
svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
svg .area { fill: var(--after); fill-opacity: .18; stroke: var(--after); stroke-width: 2; }
svg .cell { fill: var(--after); } svg .mark { stroke: var(--paper); stroke-width: 2; }
svg.spark { width: 7rem; height: 1.6rem; max-width: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .85rem; color: var(--soft); }
.key { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; margin-right: .35rem; }
.key.before { background: var(--before); } .key.after { background: var(--after); } .key.third { background: var(--third); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .4rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; } .wide { min-width: 15rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.ours { background: var(--panel); font-weight: 600; }
code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85em; overflow-wrap: anywhere; }
ul.findings, ol.steps { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
ul.findings li, ol.steps li { padding: .6rem .9rem; border-left: 4px solid var(--low); background: var(--panel); border-radius: 0 .4rem .4rem 0; }
ul.findings .high { border-color: var(--high); background: var(--high-paper); }
ul.findings .medium { border-color: var(--medium); background: var(--medium-paper); }
ul.findings .good { border-color: var(--good); background: var(--good-paper); }
li p { margin: .15rem 0; }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .78rem; margin-right: .4rem; }
.tag.high { color: var(--high); } .tag.medium { color: var(--medium); } .tag.good { color: var(--good); } .tag.low { color: var(--low); }
.gain { font-weight: 600; font-variant-numeric: tabular-nums; }
.pips { letter-spacing: .15em; white-space: nowrap; } .pips .off { color: var(--line); }
details { margin: 1rem 0; } summary { cursor: pointer; color: var(--after); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } th, td { padding: .35rem .4rem; } }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #f4f4f4; --before: #888; --after: #1f5fd0; --third: #b4690e;
    --good: #14733a; --medium: #9a5b00; --high: #b42318; --good-paper: #fff; --medium-paper: #fff; --high-paper: #fff; }
  nav { display: none; } body { max-width: none; font-size: 11pt; } li, figure, tr, .card { break-inside: avoid; } .scroll { overflow: visible; }
  h2, h3 { break-after: avoid; }
}
`;
