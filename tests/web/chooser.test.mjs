import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Chooser } from '../../services/gateway/web/wall/chooser.js';

const titles = (count) => Array.from({ length: count }, (_, i) => ({ id: `t${i}`, title: `Title ${i}`, posterUrl: `/image?p=${i}` }));
const here = { x: 1, y: 1 };

function chooserOf(count, options = {}) {
  const chooser = new Chooser({ random: () => 0, now: () => 0, ...options });
  chooser.setItems(titles(count));
  return chooser;
}

test('selects a title that is not on the wall', () => {
  const chooser = chooserOf(3);

  const picked = chooser.pick(here, [{ id: 't0', x: 5, y: 1 }, { id: 't2', x: 9, y: 1 }], undefined);

  assert.equal(picked.id, 't1');
});

test('prefers the title not shown for longest', () => {
  const chooser = chooserOf(3);
  for (const item of [chooser.items[1], chooser.items[0]]) chooser.shown(item);

  assert.equal(chooser.pick(here, [], undefined).id, 't2');
  chooser.shown(chooser.items[2]);
  assert.equal(chooser.pick(here, [], undefined).id, 't1');
});

test('never selects the current title', () => {
  assert.equal(chooserOf(1).pick(here, [], 't0'), null);
});

test('does not replace the only copy of a title by a copy of another', () => {
  const chooser = chooserOf(2);

  assert.equal(chooser.pick(here, [{ id: 't1', x: 5, y: 1 }], 't0'), null);
});

test('repeats titles of a small library, but not side by side', () => {
  const chooser = chooserOf(2);
  const others = [{ id: 't0', x: 2, y: 1 }, { id: 't1', x: 4, y: 1 }, { id: 't1', x: 6, y: 1 }];

  assert.equal(chooser.pick(here, others, undefined).id, 't1');
});

test('retries a failed image after a growing pause, reset when it is shown', () => {
  let now = 0;
  const chooser = chooserOf(1, { now: () => now });
  const [item] = chooser.items;

  chooser.failed(item);
  assert.equal(chooser.pick(here, [], undefined), null);
  now = 5_001;
  assert.equal(chooser.pick(here, [], undefined), item);

  chooser.failed(item);
  now += 5_001;
  assert.equal(chooser.pick(here, [], undefined), null, 'the second pause is twice as long');
  now += 5_000;
  chooser.shown(item);
  chooser.failed(item);
  now += 5_001;
  assert.equal(chooser.pick(here, [], undefined), item);
});

test('uses the pause from Retry-After', () => {
  let now = 0;
  const chooser = chooserOf(1, { now: () => now });

  chooser.failed(chooser.items[0], 60_000);
  now = 59_000;

  assert.equal(chooser.pick(here, [], undefined), null);
});

test('does not replace failing titles by copies while the library is large enough', () => {
  const chooser = chooserOf(3);
  chooser.failed(chooser.items[2]);
  const others = [{ id: 't0', x: 2, y: 1 }, { id: 't1', x: 3, y: 1 }];

  assert.equal(chooser.pick(here, others, undefined), null);
  assert.equal(chooserOf(2).pick(here, others, undefined)?.id, 't1', 'with too few titles they repeat');
});
