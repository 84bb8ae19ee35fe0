import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ingestTable, sourceDigest } from '../../datasets/ingest.ts';
import { readRows } from '../../datasets/table.ts';
import { entryOf, failure, ingestContent, tableOf, withFolder } from './datasets-fixture.ts';

const CSV = 'id,text\n1,"a, ""b"""\n2,\n3,"two\nlines"\n';

describe('ingestTable', () => {
  it('numbers rows from 0 in the order of the file and keeps quotes, commas and line breaks', () =>
    withFolder(async (dir) => {
      const { table, metadata } = await ingestContent(dir, CSV);
      const rows = await readRows(table, { workDir: dir });
      assert.deepEqual(rows, [
        { _row_id: '0', id: '1', text: 'a, "b"' },
        { _row_id: '1', id: '2', text: null },
        { _row_id: '2', id: '3', text: 'two\nlines' },
      ]);
      assert.equal(metadata.rows, 3);
      assert.equal(metadata.source, 'shop.csv');
      assert.equal(metadata.sourceSha256, createHash('sha256').update(CSV).digest('hex'));
      assert.equal(metadata.ingestedAt, '2026-01-02T03:04:05.000Z');
      assert.equal(
        metadata.tableSha256,
        createHash('sha256')
          .update(await readFile(table))
          .digest('hex'),
      );
    }));

  it('writes the same bytes for the same source, also of many rows', () =>
    withFolder(async (dir) => {
      const csv = `id,text\n${Array.from({ length: 300_000 }, (_, row) => `${row},text ${(row * 7919) % 1000}`).join('\n')}\n`;
      const first = await ingestContent(join(dir, 'a'), csv);
      const second = await ingestContent(join(dir, 'b'), csv);
      assert.equal(first.metadata.tableSha256, second.metadata.tableSha256);
      const rows = await readRows(first.table, { workDir: dir, limit: 300_000 });
      assert.ok(rows.every((row, index) => row['_row_id'] === String(index) && row['id'] === String(index)));
    }));

  it('reads gzip beside the plain name, and gives it the digest of the content', () =>
    withFolder(async (dir) => {
      await mkdir(join(dir, 'data'));
      await mkdir(join(dir, 'work'));
      await writeFile(join(dir, 'data', 'shop.csv.gz'), gzipSync(CSV));
      const options = {
        entry: entryOf({ sha256: createHash('sha256').update(CSV).digest('hex') }),
        sources: { dataDir: join(dir, 'data'), projectRoot: dir, downloadDir: dir },
        workDir: join(dir, 'work'),
        seed: 7,
        clock: () => new Date(0),
      };
      const { metadata } = await ingestTable(options);
      assert.equal(metadata.compression, 'gzip');
      assert.equal((await sourceDigest(options)).sha256, metadata.sourceSha256);
    }));

  for (const [encoding, bytes] of [
    ['latin-1', Buffer.from('id,text\n1,caf\u00e9\n', 'latin1')],
    ['windows-1252', Buffer.from([...Buffer.from('id,text\n1,caf'), 0xe9, 0x0a])],
    ['utf-16le', Buffer.from('\ufeffid,text\n1,caf\u00e9\n', 'utf16le')],
    ['utf-16be', Buffer.from('id,text\n1,caf\u00e9\n', 'utf16le').swap16()],
    ['utf-8', Buffer.from('\ufeffid,text\n1,caf\u00e9\n')],
  ] as const)
    it(`reads ${encoding}`, () =>
      withFolder(async (dir) => {
        const { table } = await ingestContent(dir, bytes, { encoding });
        assert.deepEqual(await readRows(table, { workDir: dir }), [{ _row_id: '0', id: '1', text: 'café' }]);
      }));

  it('reads gb18030, and UTF-16 by its byte order mark alone', () =>
    withFolder(async (dir) => {
      const chinese = Buffer.from([...Buffer.from('id,text\n1,'), 0xd6, 0xd0, 0xce, 0xc4, 0x0a]);
      const { table } = await ingestContent(dir, chinese, { encoding: 'gb18030' });
      assert.equal((await readRows(table, { workDir: dir }))[0]?.['text'], '中文');
      const { metadata } = await ingestContent(dir, Buffer.from('\ufeffid,text\n1,x\n', 'utf16le'));
      assert.equal(metadata.encoding, 'utf-16le');
    }));

  it('reads the named member of a zip archive', () =>
    withFolder(async (dir) => {
      const { table, metadata } = await ingestContent(dir, zipOf('shop.csv', CSV));
      assert.equal(metadata.compression, 'zip');
      assert.equal((await readRows(table, { workDir: dir })).length, 3);
      await assert.rejects(ingestContent(dir, zipOf('shop.csv', CSV).subarray(0, 60)), failure('DATA_COMPRESSION'));
    }));

  it('reads TSV, JSON Lines and Parquet into the same rows', () =>
    withFolder(async (dir) => {
      const expected = [
        { _row_id: '0', id: '1', text: 'a' },
        { _row_id: '1', id: '2', text: null },
      ];
      const tsv = await ingestContent(dir, 'id\ttext\n1\ta\n2\t\n', { format: 'tsv' });
      assert.deepEqual(await readRows(tsv.table, { workDir: dir }), expected);
      const json = await ingestContent(dir, '{"id":1,"text":"a"}\n{"id":2}\n', { format: 'jsonl' });
      assert.deepEqual(await readRows(json.table, { workDir: dir }), expected);
      const source = await tableOf(dir, `SELECT * FROM (VALUES ('1', 'a'), ('2', NULL)) t(id, text)`);
      const parquet = await ingestContent(dir, await readFile(source), { format: 'parquet' });
      assert.deepEqual(await readRows(parquet.table, { workDir: dir }), expected);
    }));

  it('renames columns, keeps undeclared ones as text and says so', () =>
    withFolder(async (dir) => {
      const { metadata } = await ingestContent(dir, ',Review Text,More\n0,a,x\n', {
        columns: [
          { name: 'id', type: 'integer', sourceName: '' },
          { name: 'review', type: 'text', sourceName: 'Review Text' },
        ],
      });
      assert.deepEqual(
        metadata.columns.map(({ name, declared }) => [name, declared]),
        [
          ['id', true],
          ['review', true],
          ['More', false],
        ],
      );
      assert.deepEqual(metadata.schemaDrift, { missing: [], undeclared: ['More'] });
    }));

  it('puts several files one after the other and names the part of each row', () =>
    withFolder(async (dir) => {
      await mkdir(join(dir, 'data', 'set'), { recursive: true });
      await writeFile(join(dir, 'data', 'set', 'train.csv'), 'id,text\n1,a\n2,b\n');
      await writeFile(join(dir, 'data', 'set', 'test.csv'), 'text,id\nc,3\n');
      await mkdir(join(dir, 'work'));
      const { table } = await ingestTable({
        entry: entryOf({
          path: 'set',
          files: [
            { path: 'train.csv', part: 'train' },
            { path: 'test.csv', part: 'test' },
          ],
        }),
        sources: { dataDir: join(dir, 'data'), projectRoot: dir, downloadDir: dir },
        workDir: join(dir, 'work'),
        seed: 7,
        clock: () => new Date(0),
      });
      assert.deepEqual(
        (await readRows(table, { workDir: dir })).map((row) => [row['_row_id'], row['id'], row['part']]),
        [
          ['0', '1', 'train'],
          ['1', '2', 'train'],
          ['2', '3', 'test'],
        ],
      );
    }));

  it('reads 12.0 as a whole number but refuses 12.7', () =>
    withFolder(async (dir) => {
      const { table } = await ingestContent(dir, 'id,text\n12.0,a\n 7 ,b\n');
      assert.deepEqual(
        (await readRows(table, { workDir: dir })).map((row) => row['id']),
        ['12', '7'],
      );
      await assert.rejects(
        ingestContent(dir, 'id,text\n1,a\n12.7,b\nx,c\n'),
        failure('DATA_TYPE_MISMATCH', { column: 'id', failed: 2, row: 2, examples: ['"12.7" (row 2)', '"x" (row 3)'] }),
      );
    }));
});

describe('ingestTable of bad input', () => {
  const lines = Array.from({ length: 8000 }, (_, row) => `${row + 1},"fine text, ${row}\nsecond line"`);
  const withRow5000 = (line: string) =>
    `id,text\n${lines.map((text, row) => (row === 4999 ? line : text)).join('\n')}\n`;

  it('places a broken quote at row 5,000', () =>
    withFolder(async (dir) => {
      await assert.rejects(
        ingestContent(dir, withRow5000('5000,"never closed')),
        failure('DATA_CSV_BROKEN', { file: 'shop.csv', row: 5000, line: 2 + 2 * 4999 }),
      );
      await assert.rejects(
        ingestContent(dir, withRow5000('5000,"a "quote" inside"')),
        failure('DATA_CSV_BROKEN', { row: 5000, line: 2 + 2 * 4999 }),
      );
    }));

  it('places a record of the wrong number of fields', () =>
    withFolder(async (dir) => {
      await assert.rejects(ingestContent(dir, withRow5000('5000')), failure('DATA_CSV_BROKEN', { row: 5000 }));
      await assert.rejects(ingestContent(dir, withRow5000('5000,a,b')), failure('DATA_CSV_BROKEN', { row: 5000 }));
    }));

  it('names byte, line and likely encoding of text that is not UTF-8', () =>
    withFolder(async (dir) => {
      await assert.rejects(
        ingestContent(dir, Buffer.from('id,text\n1,ok\n2,caf\u00e9 noir\n', 'latin1')),
        failure('DATA_ENCODING', { file: 'shop.csv', line: 3, byte: 18, guess: 'windows-1252' }),
      );
      const chinese = Buffer.from([...Buffer.from('id,text\n1,'), 0xd6, 0xd0, 0xce, 0xc4, 0xb5, 0xc4, 0x0a]);
      await assert.rejects(ingestContent(dir, chinese), failure('DATA_ENCODING', { line: 2, guess: 'gb18030' }));
      await assert.rejects(ingestContent(dir, 'id,text\n', { encoding: 'klingon' }), failure('DATA_ENCODING_UNKNOWN'));
    }));

  for (const [what, content, code] of [
    ['an empty file', '', 'DATA_EMPTY'],
    ['white space alone', '\n\n', 'DATA_EMPTY'],
    ['a header alone', 'id,text\n', 'DATA_NO_ROWS'],
    ['a repeated column', 'id,text,ID\n1,a,2\n', 'DATA_COLUMN_DUPLICATE'],
    ['a reserved column', 'id,text,_row_id\n1,a,2\n', 'DATA_COLUMN_RESERVED'],
    ['a NUL byte', 'id,text\n1,a\0b\n', 'DATA_NUL_BYTE'],
    ['an open quote in the header', 'id,"text\n1,a\n', 'DATA_CSV_BROKEN'],
  ] as const)
    it(`refuses ${what}`, () =>
      withFolder((dir) => assert.rejects(ingestContent(dir, content), failure(code, { file: 'shop.csv' }))));

  it('refuses a record longer than the limit', () =>
    withFolder((dir) =>
      assert.rejects(ingestContent(dir, `id,text\n1,a\n2,${'x'.repeat(9_000_000)}\n`), failure('DATA_CSV_BROKEN')),
    ));

  it('lists missing columns with what may have been meant', () =>
    withFolder((dir) =>
      assert.rejects(
        ingestContent(dir, 'id,txt\n1,a\n'),
        failure('DATA_COLUMN_MISSING', { columns: ['text'], suggestion: 'Did you mean txt for text?' }),
      ),
    ));

  it('refuses broken JSON Lines, Parquet and gzip with their place', () =>
    withFolder(async (dir) => {
      await assert.rejects(
        ingestContent(dir, '{"id":1,"text":"a"}\n{"id":2,\n', { format: 'jsonl' }),
        failure('DATA_JSON_BROKEN', { line: 2 }),
      );
      await assert.rejects(
        ingestContent(dir, '{"id":1,"text":"a"}\n[1]\n', { format: 'jsonl' }),
        failure('DATA_JSON_BROKEN', { line: 2 }),
      );
      await assert.rejects(ingestContent(dir, 'no parquet', { format: 'parquet' }), failure('DATA_PARQUET_BROKEN'));
      await assert.rejects(ingestContent(dir, gzipSync(CSV).subarray(0, 30)), failure('DATA_COMPRESSION'));
    }));

  it('never uses a file of another digest', () =>
    withFolder((dir) =>
      assert.rejects(ingestContent(dir, CSV, { sha256: 'a'.repeat(64) }), failure('DATA_DIGEST_MISMATCH')),
    ));

  it('says why an address cannot be reached, and does not knock again at once', () =>
    withFolder(async (dir) => {
      const url = 'https://127.0.0.1:1/shop.csv';
      const options = {
        entry: entryOf({ addresses: [{ url }] }),
        sources: { dataDir: null, projectRoot: dir, downloadDir: join(dir, 'downloads') },
        workDir: dir,
        seed: 7,
        clock: () => new Date(1_000_000),
      };
      await assert.rejects(sourceDigest(options), failure('DATA_DOWNLOAD_FAILED', { url }));
      await assert.rejects(
        sourceDigest(options),
        failure('DATA_DOWNLOAD_FAILED', { reason: 'out of reach a moment ago' }),
      );
      const generated = { ...options, entry: entryOf({ addresses: [{ url }], fallback: 'generated-shop' }) };
      const first = await sourceDigest(generated);
      assert.equal(first.origin, 'generated');
      assert.notEqual(first.sha256, (await sourceDigest({ ...generated, seed: 8 })).sha256);
    }));

  it('names every place where it looked, and leaves no folder', () =>
    withFolder(async (dir) => {
      const options = {
        entry: entryOf(),
        sources: { dataDir: join(dir, 'data'), projectRoot: dir, downloadDir: dir },
        workDir: dir,
        seed: 7,
        clock: () => new Date(0),
      };
      await assert.rejects(
        sourceDigest(options),
        failure('DATA_FILE_NOT_FOUND', {
          tried: ['$ASSAY_DATA/shop.csv', '$ASSAY_DATA/shop.csv.gz', 'project/shop.csv', 'project/shop.csv.gz'],
        }),
      );
      await assert.rejects(
        sourceDigest({ ...options, entry: entryOf({ path: '../etc/passwd' }) }),
        failure('DATA_PATH_OUTSIDE'),
      );
      await mkdir(join(dir, 'data'));
      await symlink('/etc/hostname', join(dir, 'data', 'shop.csv'));
      await assert.rejects(sourceDigest(options), failure('DATA_PATH_OUTSIDE'));
    }));
});

/** A zip archive of one stored member (PKWARE APPNOTE 4.3). */
function zipOf(name: string, content: string): Buffer {
  const body = Buffer.from(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(body), 10);
  common.writeUInt32LE(body.length, 14);
  common.writeUInt32LE(body.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, Buffer.from(name), body]);
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002', 'latin1'),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
