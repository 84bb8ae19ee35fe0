/** How the report writes figures: always the English way, whatever the machine's locale is. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `23,486` */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 row`, `2,000 rows` */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** A share from 0 to 1 as `12.3%`; never rounds a difference away into 0% or 100%. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return '<0.1%';
  if (value < 100 && value > 99.9) return '>99.9%';
  return `${value.toFixed(1)}%`;
}

/** Quality points, `98.7`. */
export function points(value: number): string {
  return value.toFixed(1);
}

/** A metric between 0 and 1, `0.853`. */
export function metric(value: number): string {
  return value.toFixed(3);
}

/** A difference with its sign, `+0.041`, `−0.003`. */
export function difference(value: number, digits = 3): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : (value < 0 ? '−' : '+') + text;
}

/** A p-value as papers write it: `< 0.001`, `= 0.042`. */
export function pValue(value: number): string {
  return value < 0.001 ? '< 0.001' : `= ${value.toFixed(3)}`;
}

/** `1 h 02 min`, `4 min 05 s`, `12 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${whole} s`;
}

/** `2.1 GB`, in powers of 1000. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const unit = Math.min(Math.floor(Math.log10(value) / 3), 4);
  return `${(value / 1000 ** unit).toFixed(1)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit] ?? 'TB'}`;
}
