import { open, readFile, rm } from 'node:fs/promises';
import { AssayError } from '../contracts/errors.ts';

interface Holder {
  pid: number;
  /** Clock ticks since boot, from /proc: with the pid it names one process for good. */
  startTime: string;
}

/** Releases the lock. */
export type Release = () => Promise<void>;

/**
 * Takes the device for this process, so that two workers on one machine do not train on it at once.
 * A lock whose holder is gone is taken over.
 * @throws AssayError DEVICE_BUSY, which is retried
 */
export async function lockDevice(file: string, device: string): Promise<Release> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(JSON.stringify({ pid: process.pid, startTime: await startTime(process.pid) }));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!isExisting(error)) throw error;
      const holder = await readHolder(file);
      if (holder !== undefined && (await startTime(holder.pid)) === holder.startTime)
        throw new AssayError('DEVICE_BUSY', { device, pid: holder.pid });
      await rm(file, { force: true });
    }
  }
  throw new AssayError('DEVICE_BUSY', { device, pid: 0 });
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.startTime === 'string'
      ? { pid: value.pid, startTime: value.startTime }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when the process is gone. Field 22 of /proc/PID/stat; the name before it may hold spaces and brackets. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
