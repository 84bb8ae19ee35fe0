import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { download } from '../../infra/download.mjs';
import { freePort } from '../../infra/ports.mjs';

const content = Buffer.from(Array.from({ length: 5000 }, (_, line) => `line ${String(line)}\n`).join(''));
const sha256 = createHash('sha256').update(content).digest('hex');

describe('a download', () => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-download-'));
  const to = join(dir, 'file');
  const part = `${to}.part`;
  let server: Server;
  let url: string;
  const ranges: (string | undefined)[] = [];
  before(async () => {
    server = createServer((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      if (from >= content.length) return response.writeHead(416).end();
      const head = { 'content-range': `bytes ${String(from)}-${String(content.length - 1)}/${String(content.length)}` };
      return response.writeHead(from === 0 ? 200 : 206, from === 0 ? {} : head).end(content.subarray(from));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/file`;
  });
  beforeEach(() => {
    rmSync(to, { force: true });
    rmSync(part, { force: true });
    ranges.length = 0;
  });
  after(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('goes on from the part that is there', async () => {
    writeFileSync(part, content.subarray(0, 1000));
    assert.equal(await download({ url, to, sha256 }), true);
    assert.deepEqual(ranges, ['bytes=1000-']);
    assert.deepEqual(readFileSync(to), content);
    assert.equal(existsSync(part), false);
  });

  it('takes a part that is whole', async () => {
    writeFileSync(part, content);
    assert.equal(await download({ url, to, sha256 }), true);
    assert.deepEqual(readFileSync(to), content);
  });

  it('begins again when the part was of another file', async () => {
    writeFileSync(part, 'something else');
    assert.equal(await download({ url, to, sha256 }), true);
    assert.deepEqual(readFileSync(to), content);
  });

  it('refuses bytes that are not the pinned ones, and leaves no file', async () => {
    await assert.rejects(download({ url, to, sha256: sha256.replace(/^./, 'x') }), { code: 'SETUP_DIGEST' });
    assert.equal(existsSync(to), false);
  });

  it('says so when the address cannot be reached, so that the next way is taken', async () => {
    assert.equal(await download({ url: `http://127.0.0.1:${String(await freePort())}/file`, to, sha256 }), false);
  });
});
