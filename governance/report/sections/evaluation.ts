import { CONTENDERS, type Evaluation } from '../../../contracts/training.ts';
import type { ReportData } from '../../../contracts/governance.ts';
import { CONTENDER_NAMES } from '../../contender-names.ts';
import { count, counted, metric, percent, pValue } from '../../format.ts';
import { bars } from '../charts/bars.ts';
import { confusionMatrix } from '../charts/confusion.ts';
import { intervals } from '../charts/intervals.ts';
import { reliability } from '../charts/reliability.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

/** Suspect labels that the page names; all of them stand in the JSON beside it. */
const SUSPECTS_SHOWN = 20;

export function evaluation({ evidence }: ReportData): Section | null {
  const measured = evidence.evaluation;
  if (measured === undefined) return null;
  const { scores, comparisons } = measured;
  return {
    id: 'model',
    title: 'The model, before and after',
    short: 'Model',
    body: html`
      <p>
        All figures are on the same ${counted(measured.testRows, 'test row')}, which nothing was learnt from. The
        positive class is “${measured.positive}”. Computed on ${measured.device.library}.
      </p>
      <div class="side">
        <figure>
          ${bars(
            CONTENDERS.map((name) => ({
              name: CONTENDER_NAMES[name],
              value: scores[name].macroF1,
              tone: name === 'finetuned' ? 'after' : 'before',
            })),
            'Macro-F1 of each contender',
          )}
          <figcaption>Macro-F1 (mean of the classes' F1), 1 is perfect.</figcaption>
        </figure>
        <figure>
          ${intervals(
            comparisons.map(({ before, macroF1Difference, interval: [low, high] }) => ({
              name: `over ${CONTENDER_NAMES[before].replace('Before: ', '')}`,
              value: macroF1Difference,
              low,
              high,
            })),
            'Gain in macro-F1 over each contender',
          )}
          <figcaption>Gain in macro-F1 over each contender, with the 95% interval of a paired bootstrap.</figcaption>
        </figure>
      </div>
      ${scoreTable(measured)} ${comparisonTable(measured)}
      <div class="side">
        <figure>
          <h3>${CONTENDER_NAMES.frozen}</h3>
          ${confusionMatrix({ classes: measured.classes, confusion: scores.frozen.confusion, label: 'Confusion matrix before' })}
        </figure>
        <figure>
          <h3>${CONTENDER_NAMES.finetuned}</h3>
          ${confusionMatrix({ classes: measured.classes, confusion: scores.finetuned.confusion, label: 'Confusion matrix after' })}
        </figure>
      </div>
      <div class="side">
        <div>${classTable(measured)}</div>
        <figure>
          <h3>Calibration of the fine-tuned model</h3>
          ${reliability(scores.finetuned.reliability, 'Accuracy by confidence')}
          <figcaption>
            Accuracy by confidence; on the dashed line, a probability means what it says. A dot's area is its share of
            rows.
          </figcaption>
        </figure>
      </div>
      ${suspects(measured)}
      <details>
        <summary>How each contender was made</summary>
        <dl>
          ${CONTENDERS.map(
            (name) =>
              html`<dt>${CONTENDER_NAMES[name]}</dt>
                <dd>${measured.descriptions[name]}</dd>`,
          )}
        </dl>
      </details>
    `,
  };
}

function scoreTable({ scores }: Evaluation): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Contender</th>
          <th class="n">Macro-F1</th>
          <th class="n">Accuracy</th>
          <th class="n">ROC-AUC</th>
          <th class="n">Calibration error</th>
        </tr>
      </thead>
      <tbody>
        ${CONTENDERS.map((name) => {
          const { macroF1, accuracy, auc, ece } = scores[name];
          return html`<tr class="${name === 'finetuned' ? 'ours' : ''}">
            <th scope="row">${CONTENDER_NAMES[name]}</th>
            <td class="n">${metric(macroF1)}</td>
            <td class="n">${metric(accuracy)}</td>
            <td class="n">${auc === null ? '–' : metric(auc)}</td>
            <td class="n">${metric(ece)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function comparisonTable({ comparisons }: Evaluation): Html {
  return html`<details>
    <summary>Paired significance tests</summary>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Fine-tuned against</th>
            <th class="n">only it right</th>
            <th class="n">only the other right</th>
            <th class="n">McNemar's exact p</th>
          </tr>
        </thead>
        <tbody>
          ${comparisons.map(
            ({ before, onlyAfterRight, onlyBeforeRight, mcnemarP }) =>
              html`<tr>
                <th scope="row">${CONTENDER_NAMES[before]}</th>
                <td class="n">${count(onlyAfterRight)}</td>
                <td class="n">${count(onlyBeforeRight)}</td>
                <td class="n">${pValue(mcnemarP).replace('= ', '')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function classTable({ scores: { finetuned } }: Evaluation): Html {
  return html`<h3>Classification report, fine-tuned</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Class</th>
            <th class="n">Precision</th>
            <th class="n">Recall</th>
            <th class="n">F1</th>
            <th class="n">Rows</th>
          </tr>
        </thead>
        <tbody>
          ${finetuned.classes.map(
            ({ name, precision, recall, f1, support }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="n">${metric(precision)}</td>
                <td class="n">${metric(recall)}</td>
                <td class="n">${metric(f1)}</td>
                <td class="n">${count(support)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function suspects({ suspectLabels }: Evaluation): Html | null {
  if (suspectLabels.length === 0) return null;
  const shown = suspectLabels.slice(0, SUSPECTS_SHOWN);
  return html`<details>
    <summary>${counted(suspectLabels.length, 'suspect label')}</summary>
    <p class="soft">
      Test rows where the model is surest that the label is wrong, by the row's number in the raw table; the text is not
      shown.
      ${shown.length < suspectLabels.length && `The first ${shown.length} of ${count(suspectLabels.length)}; all are in the JSON.`}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="n">Row</th>
            <th>Label</th>
            <th>Model says</th>
            <th class="n">Probability of the label</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ id, label, predicted, probability }) =>
              html`<tr>
                <td class="n">${id}</td>
                <td>${label}</td>
                <td>${predicted}</td>
                <td class="n">${percent(probability)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
