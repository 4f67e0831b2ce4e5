import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../../services/gateway/web/app/backoff.js';
import { Library } from '../../services/gateway/web/app/library.js';

globalThis.document = { body: { dataset: {} } };

function listening() {
  const heard = [];
  const library = new Library({ count: 10, deviceId: () => undefined, onConfig: () => {},
    onItems: (items) => heard.push(`items ${items.length}`), onWaiting: (why) => heard.push(why) });
  return { library, heard };
}
const ready = (count, etag) => ({ state: 'ready', items: Array.from({ length: count }, (_, i) => ({ id: i })), etag });

test('an unchanged library is not handed out twice', () => {
  const { library, heard } = listening();

  for (const etag of ['"a"', '"a"', '"b"']) library.take(ready(3, etag));

  assert.deepEqual(heard, ['items 3', 'items 3']);
});

test('what was there stays when the answer is empty, building or absent', () => {
  const { library, heard } = listening();
  library.take(ready(3, '"a"'));

  for (const answer of [ready(0, '"b"'), { state: 'building', retryMs: 2000 }, { state: 'away' }]) library.take(answer);

  assert.deepEqual(heard, ['items 3']);
  assert.equal(library.items.length, 3);
});

test('says why it waits while there never was anything, and asks again as told', () => {
  const { library, heard } = listening();

  assert.equal(library.take({ state: 'building', retryMs: 2000 }), 2000);
  library.take(ready(0, '"a"'));
  assert.ok(library.take({ state: 'away', retryMs: 30_000 }) >= 30_000);

  assert.deepEqual(heard, ['building', 'empty', 'away']);
});

test('waiting times double, are bounded, spread, and start anew after success', () => {
  const plain = new Backoff({ firstMs: 1000, longestMs: 5000, random: () => 0 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => plain.next()), [1000, 2000, 4000, 5000, 5000]);
  plain.reset();
  assert.equal(plain.next(), 1000);

  const early = new Backoff({ firstMs: 3000, random: () => 1 });
  assert.equal(early.next(), 2000);
});
