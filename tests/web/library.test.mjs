import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../../services/gateway/web/shared/backoff.js';
import { Library } from '../../services/gateway/web/shared/library.js';

globalThis.document = { body: { dataset: {} } };

function listening() {
  const heard = [];
  const time = { ms: 0 };
  const library = new Library({ count: 10, kind: () => '', deviceId: () => undefined, onConfig: () => {}, now: () => time.ms,
    onItems: (items) => heard.push(`items ${items.length}`),
    onWaiting: (why, sources) => heard.push([why, ...sources.map(({ name }) => name)].join(' ')) });
  return { library, heard, time };
}
const ready = (count, etag) => ({ state: 'ready', items: Array.from({ length: count }, (_, i) => ({ id: i })), etag });

test('does not report an unchanged library again', () => {
  const { library, heard } = listening();

  for (const etag of ['"a"', '"a"', '"b"']) library.take(ready(3, etag));

  assert.deepEqual(heard, ['items 3', 'items 3']);
});

test('keeps the library when a response is empty, building or missing', () => {
  const { library, heard } = listening();
  library.take(ready(3, '"a"'));

  for (const answer of [ready(0, '"b"'), { state: 'building', retryMs: 2000 }, { state: 'away' }]) library.take(answer);

  assert.deepEqual(heard, ['items 3']);
  assert.equal(library.items.length, 3);
});

test('reports why it waits and retries after the interval from the server', () => {
  const { library, heard } = listening();

  assert.equal(library.take({ state: 'building', retryMs: 2000 }), 2000);
  library.take(ready(0, '"a"'));
  assert.ok(library.take({ state: 'away', retryMs: 30_000 }) >= 30_000);

  assert.deepEqual(heard, ['building', 'empty', 'away']);
});

test('reports failing sources after half a minute', () => {
  const { library, heard, time } = listening();
  library.sources = [{ name: 'Den', state: 'failed' }, { name: 'Hall', state: 'ok' }, { name: 'Loft', state: 'failed' }];

  library.take(ready(0, '"a"'));
  time.ms = 29_999;
  library.take({ state: 'building', retryMs: 2000 });
  time.ms = 30_000;
  library.take(ready(0, '"a"'));
  library.take({ state: 'away' });

  assert.deepEqual(heard, ['building', 'building', 'failing Den Loft', 'away']);
});

test('does not report failing sources once something was shown', () => {
  const { library, heard, time } = listening();
  library.sources = [{ name: 'Den', state: 'failed' }];
  time.ms = 60_000;

  library.take(ready(2, '"a"'));
  library.waiting('building');
  library.take(ready(0, '"b"'));

  assert.deepEqual(heard, ['items 2']);
});

test('retry pauses double up to a limit, are randomised and reset after success', () => {
  const plain = new Backoff({ firstMs: 1000, longestMs: 5000, random: () => 0 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => plain.next()), [1000, 2000, 4000, 5000, 5000]);
  plain.reset();
  assert.equal(plain.next(), 1000);

  const early = new Backoff({ firstMs: 3000, random: () => 1 });
  assert.equal(early.next(), 2000);
});
