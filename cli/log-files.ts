import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const POLL_MS = 300;

export async function readTail(home: string, process: string, lines: number): Promise<string[]> {
  const text = await readFile(join(home, 'logs', `${process}.log`), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines);
}

/** Says what is added to a log, until the process is interrupted; a log that begins anew is read from its beginning. */
export async function watchFile(home: string, process: string, say: (text: string) => void): Promise<never> {
  const path = join(home, 'logs', `${process}.log`);
  let from = (await stat(path).catch(() => ({ size: 0 }))).size;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const { size } = await stat(path).catch(() => ({ size: from }));
    if (size < from) from = 0;
    if (size === from) continue;
    const file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    await file.close();
    from += bytesRead;
    say(buffer.subarray(0, bytesRead).toString().trimEnd());
  }
}
