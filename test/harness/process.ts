import { spawn, type ChildProcess } from 'node:child_process';

export interface Running {
  child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** @returns the exit code, or the signal's name */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Starts a process that ends with the test process; resolves once `ready` is found in its output, or when it is undefined. */
export async function startProcess(
  command: string,
  args: string[],
  {
    env = process.env,
    ready,
    timeoutMs = 30_000,
  }: { env?: NodeJS.ProcessEnv; ready?: RegExp; timeoutMs?: number } = {},
): Promise<Running> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.removeListener('exit', onExit));
  const running: Running = {
    child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? String(child.signalCode);
      const ended = new Promise<number | string>((resolve) => {
        child.once('exit', (code, by) => {
          resolve(code ?? String(by));
        });
      });
      child.kill(signal);
      return ended;
    },
  };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${command} was not ready within ${String(timeoutMs)} ms:\n${output}`));
    }, timeoutMs);
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (ready?.test(output) === true) settle();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', settle);
    child.once('exit', (code) => {
      settle(new Error(`${command} ended with ${String(code)}:\n${output}`));
    });
    if (ready === undefined) settle();
  });
  return running;
}
