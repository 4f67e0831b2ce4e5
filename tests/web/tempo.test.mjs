import assert from 'node:assert/strict';
import { test } from 'node:test';

import { planGrid } from '../../services/gateway/web/wall/grid.js';
import { tempoOf, waitMs } from '../../services/gateway/web/wall/tempo.js';

const seconds = (settings) => tempoOf(settings).everySeconds;

test('refreshRate sets the interval between two changes', () => {
  assert.equal(seconds({ refreshRate: 1 }), 25);
  assert.equal(seconds({ refreshRate: 6 }), 25 - 5 * 2.555);
  assert.equal(seconds({}), 25 - 5 * 2.555);
  assert.ok(Math.abs(seconds({ refreshRate: 10 }) - 2.005) < 1e-9);
  assert.deepEqual([0, 11, 'fast', null].map((refreshRate) => seconds({ refreshRate })).map((value) => value.toFixed(3)),
    ['25.000', '2.005', '12.225', '12.225']);
});

test('each step of randomness lengthens the interval by up to 4 %', () => {
  const tempo = tempoOf({ refreshRate: 1, randomness: 5 });

  assert.equal(waitMs(tempo, 24, 0), 25_000);
  assert.equal(waitMs(tempo, 24, 1), 30_000);
  assert.equal(waitMs(tempoOf({ refreshRate: 1, randomness: 0 }), 24, 1), 25_000);
});

test('a large wall changes more of its tiles in an interval', () => {
  const tempo = tempoOf({ refreshRate: 1, randomness: 0 });

  assert.deepEqual([6, 24, 35, 48, 96].map((tiles) => waitMs(tempo, tiles, 0)), [25_000, 25_000, 25_000, 12_500, 6250]);
});

test('transitionInterval applies only if set; the address overrides all', () => {
  assert.equal(tempoOf({ transitionInterval: 30, refreshRate: 1 }).everySeconds, 25, '30 is the default in /get-config');
  assert.deepEqual(tempoOf({ transitionInterval: 12, refreshRate: 1, randomness: 0 }), { staysSeconds: 12, randomness: 0 });
  assert.deepEqual(tempoOf({ transitionInterval: 12 }, 1), { staysSeconds: 1, randomness: 3 });
  assert.equal(waitMs({ staysSeconds: 12, randomness: 0 }, 24, 0.5), 500);
});

test('each density has more tiles than the one before', () => {
  const tiles = ['low', 'medium', 'high', 'ludicrous'].map((density) =>
    planGrid({ width: 1920, height: 1080, density, titles: 400, hero: false }).tiles.length);

  assert.deepEqual([...tiles].sort((a, b) => a - b), tiles);
  assert.equal(new Set(tiles).size, 4);
  assert.ok(tiles[3] > 1.5 * tiles[2], `${tiles}`);
});

test('albums are square', () => {
  const { columns, rows } = planGrid({ width: 1920, height: 1080, density: 'medium', titles: 400, hero: false, ratio: 1 });

  assert.ok(Math.abs((1920 / columns) / (1080 / rows) - 1) < 0.1, `${columns} x ${rows}`);
});
