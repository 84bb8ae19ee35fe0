import { readFileSync } from 'node:fs';

/**
 * A process id is used again; with its start time (clock ticks since boot) it names one process for good.
 * @typedef {{ pid: number, startTime: string }} ProcessIdentity
 */

/** Field 22 of /proc/PID/stat; undefined when the process is gone. @param {number} pid @returns {string | undefined} */
export function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @returns {ProcessIdentity} */
export function identityOf(pid = process.pid) {
  return { pid, startTime: startTimeOf(pid) ?? '' };
}

/** @param {Partial<ProcessIdentity> | undefined} identity @returns {identity is ProcessIdentity} */
export function isAlive(identity) {
  return (
    identity?.pid !== undefined && identity.startTime !== undefined && startTimeOf(identity.pid) === identity.startTime
  );
}
