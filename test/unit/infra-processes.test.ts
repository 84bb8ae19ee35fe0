import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ensureCredentials, readCredentials } from '../../infra/credentials.mjs';
import { takeLock } from '../../infra/lock.mjs';
import { freePort, listens } from '../../infra/ports.mjs';
import { identityOf, isAlive } from '../../infra/process-identity.mjs';
import { orphansOf, readState, writeState } from '../../infra/server-state.mjs';

const dir = mkdtempSync(join(tmpdir(), 'assay-infra-'));
after(() => {
  rmSync(dir, { recursive: true, force: true });
});

async function ended(): Promise<{ pid: number; startTime: string }> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = identityOf(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

describe('a process is known by its id and its start time', () => {
  it('is alive while it runs', () => {
    assert.equal(isAlive(identityOf()), true);
  });

  it('is not mistaken for a later one with the same id', () => {
    assert.equal(isAlive({ pid: process.pid, startTime: '1' }), false);
  });

  it('is gone once it has ended', async () => {
    assert.equal(isAlive(await ended()), false);
  });
});

describe('the lock of the set-up', () => {
  const file = join(dir, 'run', 'setup.lock');

  it('keeps a second one out and names the first', () => {
    const release = takeLock(file);
    assert.throws(() => takeLock(file), {
      code: 'SETUP_RUNNING',
      message: new RegExp(`process ${String(process.pid)}`),
    });
    release();
    takeLock(file)();
  });

  it('is taken over from a process that was killed, and leaves nothing beside it', async () => {
    writeFileSync(file, JSON.stringify(await ended()));
    const release = takeLock(file);
    assert.deepEqual(readdirSync(join(dir, 'run')), ['setup.lock']);
    release();
    assert.deepEqual(readdirSync(join(dir, 'run')), []);
  });

  it('is taken over when it is cut short', () => {
    writeFileSync(file, '{"pid":');
    takeLock(file)();
  });
});

describe('ports', () => {
  it('prefers the usual one and takes another where that is busy', async () => {
    const preferred = await freePort();
    assert.equal(await freePort(preferred), preferred);
    const server = createServer().listen(preferred, '127.0.0.1');
    await once(server, 'listening');
    assert.equal(await listens(preferred), true);
    assert.notEqual(await freePort(preferred), preferred);
    server.close();
    await once(server, 'close');
    assert.equal(await listens(preferred), false);
  });
});

describe('what is known of the servers', () => {
  const base = {
    phase: 'running' as const,
    built: 'b',
    temporal: { address: '', ui: '', namespace: 'default' },
    store: { endpoint: '', console: '' },
  };
  const entry = (identity: { pid: number; startTime: string }) => ({
    ...identity,
    name: 'minio',
    restarts: 0,
    log: '',
  });

  it('counts for nothing once the supervisor is gone; what outlived it is found', async () => {
    writeState(dir, { ...base, supervisor: await ended(), processes: [entry(identityOf()), entry(await ended())] });
    assert.equal(readState({ home: dir }), undefined);
    assert.deepEqual(
      orphansOf({ home: dir }).map(({ pid }) => pid),
      [process.pid],
    );
  });

  it('has no orphans while the supervisor runs', () => {
    writeState(dir, { ...base, supervisor: identityOf(), processes: [entry(identityOf())] });
    assert.equal(readState({ home: dir })?.phase, 'running');
    assert.deepEqual(orphansOf({ home: dir }), []);
  });
});

describe('the credentials of the store', () => {
  it('are made once, long, and readable by their owner alone', () => {
    const home = join(dir, 'home');
    ensureCredentials({ home });
    const made = readCredentials({ home });
    assert.ok(made !== undefined && made.secretKey.length >= 24, 'long enough not to be guessed');
    assert.equal(statSync(join(home, 'credentials.json')).mode & 0o777, 0o600);
    ensureCredentials({ home });
    assert.deepEqual(readCredentials({ home }), made);
    const other = join(dir, 'other');
    ensureCredentials({ home: other });
    assert.notEqual(readCredentials({ home: other })?.secretKey, made.secretKey);
  });
});
