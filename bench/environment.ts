import { execFileSync } from 'node:child_process';
import { arch, cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export function describeEnvironment(root: string): Record<string, string | number | null> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: currentCommit(root),
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 1e9),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
  };
}

/** Short commit, with `+` where the working tree differs; null outside of git. */
function currentCommit(root: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return null;
  }
}
