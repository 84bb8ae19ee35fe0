import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson, contentKey, type KeyParts } from '../../storage/content-key.ts';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785, section 3.2.2, as that section does', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    assert.equal(
      canonicalJson(value),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts by UTF-16 code units, at every depth', () => {
    assert.equal(
      canonicalJson({ b: { z: 1, a: [{ d: 1, c: 2 }] }, '10': 0, '9': 0, '\u20ac': 0, A: 0 }),
      '{"10":0,"9":0,"A":0,"b":{"a":[{"c":2,"d":1}],"z":1},"€":0}',
    );
  });

  it('leaves out what is undefined, keeps a property called __proto__, and writes dates as JSON does', () => {
    assert.equal(canonicalJson({ a: undefined, d: new Date(0) }), '{"d":"1970-01-01T00:00:00.000Z"}');
    assert.equal(canonicalJson(JSON.parse('{"__proto__":{"b":1,"a":2}}')), '{"__proto__":{"a":2,"b":1}}');
  });

  it('refuses what JSON would silently change, with its place', () => {
    assert.throws(() => canonicalJson({ a: [1, NaN] }), /\$\.a\[1\] is NaN/);
    assert.throws(() => canonicalJson({ a: 1n }), /\$\.a is of type bigint/);
    assert.throws(() => canonicalJson([undefined]), /\$\[0\] is of type undefined/);
    assert.throws(() => canonicalJson({ a: new Map([[1, 2]]) }), /\$\.a is a collection/);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    assert.throws(() => canonicalJson(loop), /contains itself/);
    assert.equal(canonicalJson([{ x: 1 }, { x: 1 }]), '[{"x":1},{"x":1}]');
  });
});

describe('a content key', () => {
  const parts: KeyParts = {
    kind: 'clean',
    version: 1,
    config: { a: 1, b: { c: 2, d: 3 } },
    inputs: { t: 'x', u: 'y' },
    facts: {},
  };

  it('does not depend on the order in which things were written down', () => {
    const turned = {
      facts: {},
      inputs: { u: 'y', t: 'x' },
      config: { b: { d: 3, c: 2 }, a: 1 },
      version: 1,
      kind: 'clean',
    };
    assert.equal(contentKey(turned), contentKey(parts));
    assert.match(contentKey(parts), /^[0-9a-f]{64}$/);
  });

  it('changes with each part', () => {
    const others: KeyParts[] = [
      { ...parts, kind: 'mask' },
      { ...parts, version: 2 },
      { ...parts, config: { ...parts.config, a: 2 } },
      { ...parts, inputs: { t: 'y', u: 'x' } },
      { ...parts, facts: { device: 'cpu' } },
    ];
    assert.equal(new Set([parts, ...others].map(contentKey)).size, 6);
  });
});
