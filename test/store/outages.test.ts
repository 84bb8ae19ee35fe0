import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AssayError } from '../../contracts/errors.ts';
import { createMinioStore, ensureBuckets, type MinioStoreOptions } from '../../storage/minio-store.ts';
import { failsWith } from '../harness/fails-with.ts';
import { startMinio, type MinioServer } from '../harness/minio.ts';
import { ROOT } from '../harness/paths.ts';
import { FULL_DISK, startRecordedAnswers } from '../harness/recorded-answers.ts';

describe('when the store is in trouble', () => {
  let minio: MinioServer;
  let options: MinioStoreOptions;
  let work: string;
  const brief = { attempts: 2, firstDelayMs: 50 };

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'assay-outage-'));
    minio = await startMinio();
    options = { ...minio, bucket: 'assay', cacheDir: join(work, 'cache'), clock: () => new Date() };
    await ensureBuckets(options);
  });
  after(async () => {
    await minio.stop();
    await rm(work, { recursive: true, force: true });
  });

  it('names wrong credentials, a wrong secret as well as an unknown key', async () => {
    for (const wrong of [{ accessKey: 'nobody' }, { secretKey: 'not-the-secret' }]) {
      const stranger = createMinioStore({ ...options, ...wrong });
      await assert.rejects(stranger.putJson(1), failsWith('STORE_ACCESS_DENIED'));
      await assert.rejects(stranger.runs.list(1), failsWith('STORE_ACCESS_DENIED'));
      await assert.rejects(ensureBuckets({ ...options, ...wrong }), failsWith('STORE_ACCESS_DENIED'));
    }
  });

  it('names an address that is none, without trying', () => {
    for (const endpoint of ['', 'localhost:9000', 'ftp://localhost', 'http://localhost:9000/path'])
      assert.throws(() => createMinioStore({ ...options, endpoint }), failsWith('STORE_ENDPOINT_INVALID'));
  });

  it('says soon that nobody is there, and that trying again may help', async () => {
    const store = createMinioStore({ ...options, endpoint: 'http://127.0.0.1:1' });
    const startedAt = Date.now();
    await assert.rejects(store.putJson(1), (error) => {
      failsWith('STORE_UNREACHABLE')(error);
      return error instanceof AssayError && error.retry;
    });
    assert.ok(Date.now() - startedAt < 10_000);
  });

  it('does not wait for ever on a server that is silent', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const store = createMinioStore({
      ...options,
      endpoint: `http://127.0.0.1:${String(address.port)}`,
      timeouts: { connectMs: 200, idleMs: 200 },
      retry: brief,
    });
    await assert.rejects(store.putJson(1), failsWith('STORE_TIMEOUT'));
    silent.close();
  });

  it('goes on by itself when the server comes back in the middle of an upload', async () => {
    const path = join(work, 'large');
    await writeFile(path, randomBytes(120 << 20));
    const put = createMinioStore(options).putFile(path, 'x/y');
    await Promise.all([
      put,
      (async () => {
        await wait(250);
        await minio.pause('SIGKILL');
        await wait(300);
        await minio.start();
      })(),
    ]);
    const ref = await put;
    await createMinioStore({ ...options, cacheDir: join(work, 'other') }).fetchFile(ref);
  });

  it('leaves no half file when the server goes away in the middle of a download', async () => {
    const path = join(work, 'large');
    const store = createMinioStore({ ...options, retry: brief, cacheDir: join(work, 'broken') });
    const ref = await store.putFile(path, 'x/y');
    const refused = assert.rejects(store.fetchFile(ref), failsWith('STORE_UNREACHABLE'));
    await wait(60);
    await minio.pause('SIGKILL');
    await refused;
    const left = await readdir(join(work, 'broken'), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()),
      [],
    );
    await minio.start();
    await store.fetchFile(ref);
  });

  it('names a full disk on this machine, and leaves no half file', async () => {
    const store = createMinioStore(options);
    const path = join(work, 'two-megabytes');
    await writeFile(path, randomBytes(2 << 20));
    const ref = await store.putFile(path, 'x/y');
    const cacheDir = join(work, 'limited');
    // A limit on the size of files gives the same failure of write() as a full disk, and needs no root.
    const { code, output } = await inChild('fetch', { ...options, cacheDir, ref }, 'ulimit -f 1024');
    assert.match(output, /STORE_DISK_FULL/);
    assert.equal(code, 0);
    assert.deepEqual(await readdir(join(cacheDir, 'partial')), []);
  });

  it('holds little in memory while hundreds of megabytes go in and come out', async (test) => {
    const path = join(work, 'huge');
    for (let part = 0; part < 10; part += 1) await writeFile(path, randomBytes(30 << 20), { flag: 'a' });
    const base = await inChild('idle', options);
    const { code, output } = await inChild('both', { ...options, path, cacheDir: join(work, 'huge-cache') });
    assert.equal(code, 0, output);
    const extraMb = peakMb(output) - peakMb(base.output);
    test.diagnostic(`${String(extraMb)} MB more than idle: ${output.trim().replaceAll('\n', ', ')}`);
    assert.ok(extraMb < 150, `${String(extraMb)} MB more than idle\n${output}`);
  });
});

describe('when the disk of the store is full', () => {
  it('says so, and keeps nothing of what did not fit', async (test) => {
    const work = await mkdtemp(join(tmpdir(), 'assay-full-'));
    const small = await startOnSmallDisk(80 << 20);
    if (small === undefined)
      test.diagnostic('user namespaces are not allowed here: an answer recorded from MinIO is used');
    const minio = small ?? (await startRecordedAnswers(FULL_DISK));
    try {
      const options = { ...minio, bucket: 'assay', cacheDir: join(work, 'cache'), clock: () => new Date() };
      if (small !== undefined) await ensureBuckets(options);
      const store = createMinioStore(options);
      await writeFile(join(work, 'large'), randomBytes(100 << 20));
      await assert.rejects(store.putFile(join(work, 'large'), 'x/y'), failsWith('STORE_FULL'));
      if (small !== undefined) assert.equal(await store.has(await store.putJson('small still fits')), true);
    } finally {
      await minio.stop();
      await rm(work, { recursive: true, force: true });
    }
  });
});

/** Undefined where this machine does not let its users mount a disk of their own. */
async function startOnSmallDisk(diskBytes: number): Promise<MinioServer | undefined> {
  const { status } = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']);
  return status === 0 ? startMinio({ diskBytes }) : undefined;
}

const peakMb = (output: string): number => Number(/peak (\d+) MB/.exec(output)?.[1]);

/** Runs test/store/child.ts, which prints the code of its failure and its peak resident memory. */
function inChild(task: string, input: object, before = ':'): Promise<{ code: number | null; output: string }> {
  const script = join(ROOT, 'test', 'store', 'child.ts');
  const command = `${before} && exec "$0" --import tsx "$1" "$2"`;
  const child = spawn('bash', ['-c', command, process.execPath, script, task], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: ROOT,
  });
  child.stdin.end(JSON.stringify(input));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
