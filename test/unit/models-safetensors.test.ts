import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AssayError } from '../../contracts/errors.ts';
import { openSafetensors, writeSafetensors } from '../../models/safetensors.ts';

describe('safetensors files', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'assay-safetensors-'));
  });
  after(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const write = (name: string, header: object, data: Buffer): string => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const path = join(dir, name);
    writeFileSync(path, Buffer.concat([length, json, data]));
    return path;
  };

  it('come back as they were written, with the same bytes each time', () => {
    const arrays = [
      { name: 'ä', shape: [2, 2], values: () => Float32Array.of(1, -2, 0.5, 1e-20) },
      { name: 'b', shape: [1], values: () => Float32Array.of(7) },
    ];
    const [one, two] = [join(dir, 'one.safetensors'), join(dir, 'two.safetensors')];
    writeSafetensors(one, arrays);
    writeSafetensors(two, arrays);
    assert.deepEqual(readFileSync(one), readFileSync(two));
    const file = openSafetensors(one);
    assert.deepEqual([...file.read('ä')], [1, -2, 0.5, Math.fround(1e-20)]);
    assert.deepEqual(file.shapes.get('b'), [1]);
    assert.deepEqual(file.metadata, { format: 'pt' });
    file.close();
  });

  it('are read from half precision too', () => {
    const path = write(
      'half.safetensors',
      {
        f16: { dtype: 'F16', shape: [3], data_offsets: [0, 6] },
        bf16: { dtype: 'BF16', shape: [2], data_offsets: [6, 10] },
      },
      Buffer.from(Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x3f80, 0xc020).buffer),
    );
    const file = openSafetensors(path);
    assert.deepEqual([...file.read('f16')], [1, -2.5, 2 ** -24]);
    assert.deepEqual([...file.read('bf16')], [1, -2.5]);
    file.close();
  });

  it('are refused with what is wrong', () => {
    const refused = (path: string): string => {
      try {
        openSafetensors(path).close();
      } catch (error) {
        assert.ok(error instanceof AssayError);
        assert.equal(error.code, 'MODEL_FILE_UNREADABLE');
        return error.message;
      }
      return assert.fail('it was read');
    };
    assert.match(refused(join(dir, 'nowhere.safetensors')), /no such file/);
    const empty = join(dir, 'empty.safetensors');
    writeFileSync(empty, '');
    assert.match(refused(empty), /too short/);
    const page = join(dir, 'page.safetensors');
    writeFileSync(page, '<!doctype html><title>Not found</title>');
    assert.match(refused(page), /header does not fit/);
    const tensor = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    assert.match(refused(write('cut.safetensors', { x: tensor }, Buffer.alloc(4))), /cut short/);
    assert.match(refused(write('odd.safetensors', { x: { ...tensor, shape: [3] } }, Buffer.alloc(8))), /do not fit/);
    assert.match(refused(write('type.safetensors', { x: { ...tensor, dtype: 'Q4' } }, Buffer.alloc(8))), /Q4/);
  });
});
