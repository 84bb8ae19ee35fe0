import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withDatabase } from '../../datasets/duckdb.ts';
import { jsonLinesToParquet, readRows } from '../../datasets/table.ts';
import { withFolder } from './datasets-fixture.ts';

describe('withDatabase', () => {
  it('sees no file but those it was given, and cannot be talked out of it', () =>
    withFolder(async (dir) => {
      const workDir = join(dir, 'work');
      const secret = join(dir, 'secret.csv');
      await writeFile(secret, 'a\n1\n');
      await withDatabase({ workDir }, async (db) => {
        await assert.rejects(db.rows(`SELECT * FROM read_csv('${secret}')`), /permission|disabled/i);
        await assert.rejects(db.run('SET enable_external_access = true'));
        await assert.rejects(db.run('INSTALL httpfs'));
        await assert.rejects(db.run(`COPY (SELECT 1) TO '${join(dir, 'out.csv')}'`));
      });
      await withDatabase({ workDir, read: [secret] }, async (db) => {
        assert.equal((await db.rows(`SELECT * FROM read_csv('${secret}')`)).length, 1);
      });
    }));

  it('stops a running query when the signal aborts, with the reason of the signal, and leaves no file', () =>
    withFolder(async (dir) => {
      const reason = new Error('cancelled by the user');
      const stop = new AbortController();
      setTimeout(() => {
        stop.abort(reason);
      }, 100);
      const started = performance.now();
      await assert.rejects(
        withDatabase({ workDir: dir, signal: stop.signal }, (db) =>
          db.writeParquet(
            'SELECT sum(hash(a.range * b.range)) FROM range(1000000) a, range(1000000) b',
            join(dir, 'x.parquet'),
          ),
        ),
        (error) => error === reason,
      );
      assert.ok(performance.now() - started < 10_000);
      assert.deepEqual(
        (await readdir(dir)).filter((name) => name === 'x.parquet' || name === 'duckdb-tmp'),
        [],
      );
    }));

  it('says so when memory and temporary space do not suffice', () =>
    withFolder(async (dir) => {
      await assert.rejects(
        withDatabase({ workDir: dir, memoryMb: 20 }, (db) =>
          db.rows('SELECT list(range::VARCHAR) FROM range(50000000)'),
        ),
        (error) => error instanceof Error && 'code' in error && error.code === 'DATA_MEMORY',
      );
    }));
});

describe('jsonLinesToParquet', () => {
  it('keeps rows in order, with declared types or those of the whole file', () =>
    withFolder(async (dir) => {
      const path = join(dir, 'predictions.jsonl');
      const out = join(dir, 'predictions.parquet');
      await writeFile(path, '{"id":2,"p":0.25,"model":"base"}\n{"id":1,"p":1,"model":"tuned"}\n');
      await jsonLinesToParquet({ path, out });
      assert.deepEqual(await readRows(out, { workDir: dir }), [
        { id: '2', p: 0.25, model: 'base' },
        { id: '1', p: 1, model: 'tuned' },
      ]);
      await jsonLinesToParquet({ path, out, columns: { id: 'integer', p: 'text' } });
      assert.deepEqual(await readRows(out, { workDir: dir, limit: 1 }), [{ id: '2', p: '0.25' }]);
    }));
});
