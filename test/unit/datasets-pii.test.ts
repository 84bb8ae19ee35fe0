import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PII_TYPES } from '../../contracts/data.ts';
import { findPersonalData } from '../../datasets/pii/detectors.ts';

function found(text: string): string[] {
  return findPersonalData(text, PII_TYPES).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);
}

describe('findPersonalData', () => {
  const there: Record<string, string> = {
    'Write to ana.k+shop@mail.example.org, please': 'email ana.k+shop@mail.example.org',
    'Call (212) 555-0123 now': 'phone (212) 555-0123',
    'or +44 20 7946 0958.': 'phone +44 20 7946 0958',
    'charged 4111 1111 1111 1111 twice': 'card 4111 1111 1111 1111',
    'to DE89 3704 0044 0532 0130 00 today': 'iban DE89 3704 0044 0532 0130 00',
    'my number 123-45-6789.': 'us-ssn 123-45-6789',
    'id 11010519491231002X': 'cn-id 11010519491231002X',
    'from 192.168.10.20 again': 'ip 192.168.10.20',
    'see https://joe:secret@shop.example/cart': 'url-credentials https://joe:secret@shop.example/cart',
  };
  for (const [text, wanted] of Object.entries(there))
    it(`finds: ${wanted}`, () => {
      assert.deepEqual(found(text), [wanted]);
    });

  for (const text of [
    'I am 5\'4" and 34-26-36, usually size 8-10',
    'bought on 2019-03-14 and 03/14/2019 for $1,299.00',
    'item 1234567890123 or style 4111 1111 1111 1112',
    'DE89 3704 0044 0532 0130 01 is mistyped',
    'version 1.2.3 and 999.1.1.1 and 10:30:45',
    'love it @ this price, 100% would buy 2 more!!',
    'see https://shop.example/cart?id=12345',
    'id 110105194912310021',
    'number 000-12-3456 or 666-12-3456',
  ])
    it(`leaves alone: ${text}`, () => {
      assert.deepEqual(found(text), []);
    });
});
