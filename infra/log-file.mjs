import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const LIMIT_BYTES = 10_000_000;
const KEPT = 3;

/** A log that begins anew at 10 MB; the last three are kept as FILE.1 to FILE.3. @param {string} file */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  let size = existsSync(file) ? statSync(file).size : 0;
  let stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  const rotate = () => {
    stream.end();
    for (let index = KEPT - 1; index >= 1; index -= 1)
      if (existsSync(`${file}.${index}`)) renameSync(`${file}.${index}`, `${file}.${index + 1}`);
    renameSync(file, `${file}.1`);
    stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
    size = 0;
  };
  return {
    /** @param {Buffer | string} chunk */
    write(chunk) {
      stream.write(chunk);
      size += chunk.length;
      if (size > LIMIT_BYTES) rotate();
    },
    close: () => stream.end(),
  };
}
