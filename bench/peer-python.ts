import { execFile, spawn } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Made by the set-up below once everything is installed, and holding the requirements that it was made from. */
const STAMP = 'requirements.installed.txt';

/**
 * The Python that peers run on: the given one, else a virtual environment in `.assay/peer` with the pinned packages, made on first use when
 * `make` says so. Undefined when there is none.
 */
export async function findPeerPython(options: {
  root: string;
  given: string | undefined;
  make: boolean;
  log: (line: string) => void;
}): Promise<string | undefined> {
  const { root, given, make, log } = options;
  if (given !== undefined && given !== '') {
    await promisify(execFile)(given, ['-c', 'import torch, transformers, sklearn']).catch((cause: unknown) => {
      throw new Error(`ASSAY_PEER_PYTHON (${given}) cannot import torch, transformers and sklearn`, { cause });
    });
    return given;
  }
  const requirements = join(root, 'bench', 'peers', 'requirements.txt');
  const folder = join(root, '.assay', 'peer');
  const python = join(folder, 'bin', 'python');
  const wanted = await readFile(requirements, 'utf8');
  const installed = await readFile(join(folder, STAMP), 'utf8').catch(() => '');
  if (installed === wanted && (await exists(python))) return python;
  if (!make) return undefined;

  log(
    `making the peer's virtual environment in .assay/peer (about 6 GB, most of it the CUDA libraries that PyTorch brings along; once)`,
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await follow('python3', ['-m', 'venv', folder], log);
  await follow(python, ['-m', 'pip', 'install', '--progress-bar', 'off', '-r', requirements], log);
  await writeFile(join(folder, STAMP), wanted);
  return python;
}

/** Runs a peer's script; its last line of stdout, parsed. */
export async function runPeer(python: string, args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(python, args, {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error', TOKENIZERS_PARALLELISM: 'false' },
  });
  const value: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return value;
}

function follow(command: string, args: string[], log: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') log(`  ${line.trim().slice(0, 110)}`);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with exit code ${String(code)}`));
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
