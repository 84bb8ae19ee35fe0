import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MEDIA, type ArtifactRef } from '../../contracts/artifacts.ts';
import { AssayError } from '../../contracts/errors.ts';
import type { RunReport } from '../../contracts/plan.ts';
import { createObjectClient, type ObjectClient } from '../../storage/minio-client.ts';
import { createMinioStore, ensureBuckets, type MinioStoreOptions } from '../../storage/minio-store.ts';
import type { Store } from '../../storage/store.ts';
import { failsWith } from '../harness/fails-with.ts';
import { startMinio, type MinioServer } from '../harness/minio.ts';

const BUCKET = 'assay';
describe('the store on a real MinIO', () => {
  let minio: MinioServer;
  let options: MinioStoreOptions;
  let store: Store;
  let objects: ObjectClient;
  let work: string;
  let caches = 0;

  /** A store with a local cache of its own, as another machine would have. */
  const elsewhere = (changes: Partial<MinioStoreOptions> = {}): Store => {
    caches += 1;
    return createMinioStore({ ...options, cacheDir: join(work, `cache-${String(caches)}`), ...changes });
  };
  const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(work, name);
    await writeFile(path, content);
    return path;
  };

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'assay-store-'));
    minio = await startMinio();
    options = { ...minio, bucket: BUCKET, cacheDir: join(work, 'cache'), clock: () => new Date() };
    await ensureBuckets(options);
    store = createMinioStore(options);
    objects = createObjectClient(options);
  });
  after(async () => {
    await minio.stop();
    await rm(work, { recursive: true, force: true });
  });

  describe('the bucket', () => {
    it('is made once, with versioning and the rules, however often and by however many at once', async () => {
      const connection = { ...options, bucket: 'made-by-two' };
      await Promise.all([ensureBuckets(connection), ensureBuckets(connection)]);
      await ensureBuckets(connection);
      assert.equal((await objects.client.getBucketVersioning('made-by-two')).Status, 'Enabled');
      const rules: unknown = (await objects.client.getBucketLifecycle('made-by-two'))?.Rule;
      assert.ok(Array.isArray(rules));
      assert.deepEqual(
        rules.map((rule: { ID: string }) => rule.ID),
        ['assay-earlier-versions', 'assay-checkpoints'],
      );
    });

    it("keeps the rules that an administrator has set, next to the store's own", async () => {
      const bucket = 'ruled';
      await objects.client.makeBucket(bucket);
      const theirs = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } };
      await objects.client.setBucketLifecycle(bucket, { Rule: [theirs] });
      await ensureBuckets({ ...options, bucket });
      const text = JSON.stringify(await objects.client.getBucketLifecycle(bucket));
      assert.match(text, /theirs.*assay-earlier-versions.*assay-checkpoints/);
    });

    it('says that it is missing, whatever is asked of it', async () => {
      const lost = elsewhere({ bucket: 'nowhere' });
      const ref = await store.putJson('x');
      await assert.rejects(lost.putJson('x'), failsWith('STORE_BUCKET_MISSING'));
      await assert.rejects(lost.fetchFile(ref), failsWith('STORE_BUCKET_MISSING'));
      await assert.rejects(lost.has(ref), failsWith('STORE_BUCKET_MISSING'));
      await assert.rejects(lost.runs.list(5), failsWith('STORE_BUCKET_MISSING'));
      await assert.rejects(lost.cache.get('abc'), failsWith('STORE_BUCKET_MISSING'));
    });
  });

  describe('files', () => {
    it('come back as they went in, read-only, and equal bytes are one object', async () => {
      const path = await fileOf('räk smörgås #1 %20?.csv', 'a,b\n1,2\n');
      const ref = await store.putFile(path, 'text/csv');
      assert.equal(ref.key, `sha256/${ref.sha256.slice(0, 2)}/${ref.sha256}`);
      assert.deepEqual(await store.putBytes(Buffer.from('a,b\n1,2\n'), 'text/csv'), ref);
      const copy = await elsewhere().fetchFile(ref);
      assert.equal(await readFile(copy, 'utf8'), 'a,b\n1,2\n');
      assert.equal((await stat(copy)).mode & 0o777, 0o444);
      const found = await objects.client.statObject(BUCKET, ref.key);
      assert.equal(found.metaData['sha256'], ref.sha256);
      assert.equal((await versionsOf(objects, ref.key)).length, 1);
    });

    it('may be empty', async () => {
      const ref = await store.putFile(await fileOf('empty', ''), 'text/plain');
      assert.equal(ref.bytes, 0);
      assert.equal(ref.sha256, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
      assert.equal(await store.has(ref), true);
      assert.deepEqual(await elsewhere().fetchBytes(ref), new Uint8Array());
    });

    it('go in parts when they are large, equal parts included', async () => {
      // minio-js itself mixes parts up when it goes on with an upload of equal ones.
      const content = Buffer.alloc((8 << 20) * 3 + 17);
      const ref = await store.putFile(await fileOf('zeros', content), 'application/octet-stream');
      assert.equal(ref.sha256, createHash('sha256').update(content).digest('hex'));
      assert.ok(content.equals(await readFile(await elsewhere().fetchFile(ref))));
    });

    it('may be stored by many at the same time', async () => {
      const path = await fileOf('parallel', randomBytes(20 << 20));
      const refs = await Promise.all(Array.from({ length: 4 }, () => elsewhere().putFile(path, 'x/y')));
      assert.equal(new Set(refs.map(({ sha256 }) => sha256)).size, 1);
      const [ref] = refs;
      assert.ok(ref);
      assert.equal((await stat(await elsewhere().fetchFile(ref))).size, 20 << 20);
      assert.deepEqual(await openUploads(objects), []);
    });

    it('are downloaded once for all who ask at the same time', async () => {
      const ref = await store.putBytes(randomBytes(3 << 20), 'x/y');
      const cacheDir = join(work, 'shared-cache');
      const reader = createMinioStore({ ...options, cacheDir });
      const stop = new AbortController();
      const impatient = reader.fetchFile(ref, stop.signal);
      const others = Promise.all([reader.fetchFile(ref), reader.fetchFile(ref)]);
      stop.abort();
      await assert.rejects(impatient, { name: 'AbortError' });
      const [one, two] = await others;
      assert.equal(one, two);
      assert.deepEqual(await readdir(join(cacheDir, 'partial')), []);
    });

    it('that are missing, folders, or changing are refused with the path', async () => {
      await assert.rejects(store.putFile(join(work, 'no-such'), 'x/y'), failsWith('STORE_FILE_FAILED'));
      await assert.rejects(store.putFile(work, 'x/y'), failsWith('STORE_FILE_FAILED'));
      const path = await fileOf('changing', randomBytes(64 << 20));
      const refused = assert.rejects(store.putFile(path, 'x/y'), failsWith('STORE_FILE_CHANGED'));
      await writeFile(path, randomBytes(64 << 20));
      await refused;
    });

    it('stop moving when asked to, and leave nothing behind', async () => {
      const path = await fileOf('cancelled', randomBytes(48 << 20));
      const stop = new AbortController();
      const put = store.putFile(path, 'x/y', stop.signal);
      setTimeout(() => {
        stop.abort();
      }, 150);
      await assert.rejects(put, { name: 'AbortError' });
      assert.deepEqual(await openUploads(objects), []);
      await assert.rejects(store.putFile(path, 'x/y', AbortSignal.abort()), { name: 'AbortError' });
    });
  });

  describe('a reference', () => {
    it('to nothing is an artifact that is not found', async () => {
      const sha256 = 'a'.repeat(64);
      const ref = { key: `sha256/aa/${sha256}`, sha256, bytes: 1, mediaType: 'x/y' };
      assert.equal(await store.has(ref), false);
      await assert.rejects(store.fetchFile(ref), failsWith('ARTIFACT_NOT_FOUND'));
    });

    it('that is none is refused before anything is read', async () => {
      const good = await store.putJson(1);
      for (const bad of [
        { ...good, sha256: '../../etc/passwd' },
        { ...good, bytes: -1 },
        { ...good, key: '' },
      ])
        await assert.rejects(store.fetchFile(bad), failsWith('ARTIFACT_REFERENCE_INVALID'));
    });

    it('to bytes that are no JSON, or no bundle, says so', async () => {
      const text = await store.putBytes(Buffer.from('no json'), MEDIA.json);
      await assert.rejects(store.fetchJson(text), failsWith('ARTIFACT_INVALID'));
      const list = await store.putJson({ files: [] });
      await assert.rejects(store.fetchBundle(list, join(work, 'never')), failsWith('ARTIFACT_INVALID'));
    });
  });

  describe('corruption', () => {
    it('of an object of the same size is found, and the object goes so that its producer can store it anew', async () => {
      const path = await fileOf('precious', 'precious bytes');
      const ref = await store.putFile(path, 'text/plain');
      await objects.client.putObject(BUCKET, ref.key, Buffer.from('precious bytEs'), ref.bytes, {});
      const reader = elsewhere();
      await assert.rejects(reader.fetchFile(ref), (error) => {
        failsWith('ARTIFACT_CORRUPT')(error);
        assert.ok(error instanceof AssayError);
        assert.match(String(error.facts['expected']), new RegExp(ref.sha256));
        return true;
      });
      assert.equal(await store.has(ref), false);
      await store.putFile(path, 'text/plain');
      assert.equal(await readFile(await reader.fetchFile(ref), 'utf8'), 'precious bytes');
    });

    it('of another size is found by size', async () => {
      const ref = await store.putBytes(Buffer.from('right'), 'text/plain');
      await objects.client.putObject(BUCKET, ref.key, Buffer.from('much longer than right'), 22, {});
      assert.equal(await store.has(ref), false);
      await assert.rejects(elsewhere().fetchFile(ref), failsWith('ARTIFACT_CORRUPT'));
    });

    for (const [what, bytes] of [
      ['a large object', 9 << 20],
      ['a small one', 1000],
    ] as const)
      it(`of ${what} on the disk of MinIO is found`, async () => {
        const ref = await store.putFile(await fileOf(`on-disk-${String(bytes)}`, randomBytes(bytes)), 'x/y');
        await damage(join(minio.dataDir, BUCKET, ref.key));
        await assert.rejects(elsewhere().fetchFile(ref), failsWith('ARTIFACT_CORRUPT'));
        await store.putFile(join(work, `on-disk-${String(bytes)}`), 'x/y');
        assert.equal((await stat(await elsewhere().fetchFile(ref))).size, bytes);
      });

    it('of the local copy is found and mended', async () => {
      const ref = await store.putBytes(Buffer.from('local copy'), 'text/plain');
      const path = await store.fetchFile(ref);
      await chmod(path, 0o644);
      await writeFile(path, 'LOCAL COPY');
      assert.equal(await readFile(await store.fetchFile(ref), 'utf8'), 'local copy');
      await chmod(path, 0o644);
      await writeFile(path, 'short');
      assert.equal(
        await readFile(await elsewhere({ cacheDir: options.cacheDir }).fetchFile(ref), 'utf8'),
        'local copy',
      );
    });
  });

  describe('the local cache', () => {
    it('forgets what was longest not asked for, but nothing that was asked for lately', async () => {
      let now = Date.now();
      const cacheDir = join(work, 'small-cache');
      const small = createMinioStore({
        ...options,
        cacheDir,
        clock: () => new Date(now),
        cacheLimitBytes: 250_000,
        cacheGraceMs: 60_000,
      });
      const refs: ArtifactRef[] = [];
      for (let index = 0; index < 4; index += 1) refs.push(await store.putBytes(randomBytes(100_000), 'x/y'));
      const [first, second, third, fourth] = refs;
      assert.ok(first && second && third && fourth);
      const paths = [await small.fetchFile(first), await small.fetchFile(second), await small.fetchFile(third)];
      assert.equal((await existing(paths)).length, 3);
      now += 120_000;
      await small.fetchFile(first);
      paths.push(await small.fetchFile(fourth));
      assert.deepEqual(await existing(paths), [paths[0], paths[3]]);
    });
  });

  describe('bundles', () => {
    it('bring a folder back, weird names included', async () => {
      const dir = join(work, 'bundle');
      const names = ['a.json', 'sub/b c.txt', 'sub/deep/ü"\'\\ \n.bin', '__proto__', '...', 'empty'];
      for (const name of names) {
        await mkdir(join(dir, name, '..'), { recursive: true });
        await writeFile(join(dir, name), name === 'empty' ? '' : `in ${name}`);
      }
      const ref = await store.putBundle(dir);
      assert.equal(ref.mediaType, MEDIA.bundle);
      assert.deepEqual(await store.putBundle(dir), ref);
      assert.equal(await store.has(ref), true);
      const target = join(work, 'bundle-back');
      await elsewhere().fetchBundle(ref, target);
      await elsewhere().fetchBundle(ref, target);
      for (const name of names)
        assert.equal(await readFile(join(target, name), 'utf8'), name === 'empty' ? '' : `in ${name}`);
      assert.equal(
        (await readdir(target, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).length,
        6,
      );
    });

    it('never write outside of the folder, and write nothing when one name is refused', async () => {
      const member = await store.putBytes(Buffer.from('evil'), 'text/plain');
      for (const name of ['../evil', 'a/../../evil', '/tmp/evil', 'a\0b', '', 'a//b', './a', 'a/', '..']) {
        const files = Object.fromEntries([
          ['fine', member],
          [name, member],
        ]);
        const target = join(work, 'target', 'of', 'evil');
        await assert.rejects(
          store.fetchBundle(await store.putJson({ files }), target),
          failsWith('BUNDLE_MEMBER_REFUSED'),
        );
        assert.deepEqual(await existing([target, join(work, 'target')]), []);
      }
      const clash = await store.putJson({ files: { a: member, 'a/b': member } });
      await assert.rejects(store.fetchBundle(clash, join(work, 'clash')), failsWith('BUNDLE_MEMBER_REFUSED'));
    });

    it('do not follow links, neither out of a folder nor into one', async () => {
      const outside = join(work, 'outside');
      await mkdir(outside);
      const dir = join(work, 'linked');
      await mkdir(dir);
      await symlink(outside, join(dir, 'out'));
      await assert.rejects(store.putBundle(dir), failsWith('BUNDLE_MEMBER_REFUSED'));
      const member = await store.putBytes(Buffer.from('evil'), 'text/plain');
      const ref = await store.putJson({ files: { 'out/evil': member } });
      await assert.rejects(store.fetchBundle(ref, dir), failsWith('BUNDLE_MEMBER_REFUSED'));
      assert.deepEqual(await readdir(outside), []);
    });

    it('are not there when a member is gone', async () => {
      const dir = join(work, 'incomplete');
      await mkdir(dir);
      await writeFile(join(dir, 'one'), 'only here, one');
      const ref = await store.putBundle(dir);
      await objects.remove((await store.putFile(join(dir, 'one'), 'x/y')).key);
      assert.equal(await store.has(ref), false);
      await assert.rejects(elsewhere().fetchBundle(ref, join(work, 'part')), failsWith('ARTIFACT_NOT_FOUND'));
      assert.deepEqual(await existing([join(work, 'part')]), []);
    });
  });

  describe('the cache of steps', () => {
    it('answers with what was put, until an output is gone or the entry is dropped', async () => {
      const entry = {
        kind: 'clean',
        version: 2,
        outputs: { table: await store.putBytes(Buffer.from('rows of a table'), MEDIA.parquet) },
        summary: { rows: 10, ratio: 0.5, name: 'x', ok: true },
        storedAt: '2026-01-02T03:04:05.000Z',
      };
      assert.equal(await store.cache.get('1a'), undefined);
      await store.cache.put('1a', entry);
      assert.deepEqual(await store.cache.get('1a'), entry);
      await store.cache.put('2b', entry);
      await store.cache.drop('2b');
      assert.equal(await store.cache.get('2b'), undefined);
      await objects.remove(entry.outputs.table.key);
      assert.equal(await store.cache.get('1a'), undefined);
    });

    it('takes an entry that it cannot read for none', async () => {
      for (const bad of [
        'not json',
        '{}',
        '[]',
        '{"kind":"x","version":1,"storedAt":"t","summary":{},"outputs":{"a":1}}',
      ]) {
        await objects.put('cache/3c.json', Buffer.from(bad), {});
        assert.equal(await store.cache.get('3c'), undefined);
      }
    });
  });

  describe('checkpoints', () => {
    const checkpoint = async (key: string, step: number, best = false): Promise<void> => {
      const dir = join(work, `checkpoint-${String(step)}`);
      await mkdir(dir, { recursive: true });
      await writeFile(join(dir, 'weights.bin'), `weights of step ${String(step)}`);
      await store.checkpoints.put(key, step, dir, best);
    };

    it('give the newest by step, not by name', async () => {
      assert.equal(await store.checkpoints.latest('c0'), undefined);
      for (const step of [5, 1000, 90]) await checkpoint('c0', step);
      const latest = await store.checkpoints.latest('c0');
      assert.equal(latest?.step, 1000);
      const dir = join(work, 'resumed');
      await elsewhere().fetchBundle(latest.bundle, dir);
      assert.equal(await readFile(join(dir, 'weights.bin'), 'utf8'), 'weights of step 1000');
    });

    it('are passed over while half uploaded, damaged, or without a member', async () => {
      for (const step of [1, 2, 3, 4]) await checkpoint('c1', step);
      await objects.remove('checkpoints/c1/000000000004.json');
      await objects.put('checkpoints/c1/000000000003.json', Buffer.from('{"step":3,'), {});
      const files = await objects.list('checkpoints/c1/000000000002/', 10);
      assert.equal(files.length, 2);
      for (const file of files) await objects.remove(file);
      assert.equal((await store.checkpoints.latest('c1'))?.step, 1);
    });

    it('keep the last two and the best, and free the room of the others at once', async () => {
      for (const [step, best] of [
        [1, true],
        [2, true],
        [3, false],
        [4, false],
        [5, false],
      ] as const)
        await checkpoint('c2', step, best);
      await store.checkpoints.prune('c2');
      const left = (await versionsOf(objects, 'checkpoints/c2/')).map((name) => Number(name.slice(15, 27)));
      assert.deepEqual([...new Set(left)], [2, 4, 5]);
      await store.checkpoints.clear('c2');
      assert.deepEqual(await versionsOf(objects, 'checkpoints/c2/'), []);
      assert.equal(await store.checkpoints.latest('c2'), undefined);
    });
  });

  describe('runs', () => {
    const run = (workflowId: string, runId: string, startedAt: string): RunReport => ({
      identity: { workflowId, runId, pipeline: 'tiny', planSha256: 'a'.repeat(64), startedAt },
      status: 'done',
      steps: [{ id: 'ingest', kind: 'ingest', state: 'done', queue: 'cpu' }],
      parameters: { rows: 10 },
    });

    it('are listed newest first, each once, whatever their ids look like', async () => {
      const ids = ['product-quality-1', '../..', '..', 'a/b', 'weird ü %2F ~ \n', 'long'.repeat(100)];
      for (const [index, id] of ids.entries()) {
        const report = run(id, `run-${String(index)}`, `2026-01-0${String(index + 1)}T00:00:00.000Z`);
        const key = await store.runs.put({ ...report, status: 'running' });
        assert.equal(await store.runs.put(report), key);
        assert.deepEqual(await store.runs.get(id, `run-${String(index)}`), report);
      }
      assert.equal(await store.runs.put(run('w', 'r', '2025-01-01T00:00:00.000Z')), 'runs/w/r.json');
      const listed = (await store.runs.list(4)).map(({ identity }) => identity.workflowId);
      assert.deepEqual(listed, ids.toReversed().slice(0, 4));
      assert.equal((await store.runs.list(100)).length, 7);
      assert.equal(await store.runs.get('w', 'unknown'), undefined);
    });

    it('that are damaged do not hide the others', async () => {
      await store.runs.put(run('damaged', 'r', '2027-01-01T00:00:00.000Z'));
      await objects.put('runs/damaged/r.json', Buffer.from('{"identity":{}}'), {});
      await assert.rejects(store.runs.get('damaged', 'r'), failsWith('STORE_RECORD_INVALID'));
      assert.ok((await store.runs.list(3)).length > 0);
    });
  });
});

async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return found.flat();
}

async function versionsOf({ client }: ObjectClient, prefix: string): Promise<string[]> {
  const found: AsyncIterable<{ name: string }> = client.listObjects(BUCKET, prefix, true, { IncludeVersion: true });
  const names: string[] = [];
  for await (const { name } of found) names.push(name);
  return names;
}

async function openUploads({ client }: ObjectClient): Promise<string[]> {
  const found: AsyncIterable<{ key: string }> = client.listIncompleteUploads(BUCKET, '', true);
  const keys: string[] = [];
  for await (const { key } of found) keys.push(key);
  return keys;
}

/** Turns bits over in the middle of every file that MinIO keeps an object in. */
async function damage(dir: string): Promise<void> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const parts = files.filter(({ name }) => name.startsWith('part.'));
  for (const { parentPath, name } of parts.length > 0 ? parts : files) {
    const bytes = await readFile(join(parentPath, name));
    const middle = bytes.length >> 1;
    bytes.fill((bytes[middle] ?? 0) ^ 0xff, middle, middle + 16);
    await writeFile(join(parentPath, name), bytes);
  }
}
