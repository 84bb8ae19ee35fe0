import { readFileSync } from 'node:fs';

/** The most memory that this process ever held, in bytes: VmHWM of /proc (proc(5)). */
export function peakMemoryBytes(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
