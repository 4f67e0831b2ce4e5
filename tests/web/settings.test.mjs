import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Settings, merged } from '../../services/gateway/web/shared/settings.js';

function fetched(config) {
  const settings = new Settings();
  settings.fetched(config);
  return settings;
}

test('merges objects and replaces lists', () => {
  assert.deepEqual(merged({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { c: 3 }, l: [4] }), { a: { b: 1, c: 3 }, l: [4] });
});

test('a pushed key is complete: missing members are removed', () => {
  const settings = fetched({ wallartMode: { density: 'medium', musicMode: { enabled: true } }, showPoster: true, extra: 1 });

  settings.pushed({ wallartMode: { density: 'high', gamesOnly: true } });
  assert.deepEqual(settings.current.wallartMode, { density: 'high', gamesOnly: true });
  settings.pushed({ wallartMode: { density: 'medium', gamesOnly: null, musicMode: { enabled: null } }, extra: null });

  assert.deepEqual(settings.current, { wallartMode: { density: 'medium', musicMode: {} }, showPoster: true });
});

test('tried settings apply until the server sends another value for the key', () => {
  const settings = fetched({ wallartMode: { density: 'medium', randomness: 3 }, clockWidget: true });
  settings.applied({ wallartMode: { density: 'high' }, clockWidget: false });

  settings.fetched({ wallartMode: { density: 'medium', randomness: 3 }, clockWidget: true });
  assert.deepEqual(settings.current, { wallartMode: { density: 'high', randomness: 3 }, clockWidget: false });
  settings.fetched({ wallartMode: { density: 'low', randomness: 3 }, clockWidget: true });
  assert.deepEqual(settings.current, { wallartMode: { density: 'low', randomness: 3 }, clockWidget: false });
  settings.pushed({ clockWidget: true });
  assert.equal(settings.current.clockWidget, true);
});

test('removing a key on the server removes its tried value', () => {
  const settings = fetched({ mode: 'cinema', wallartMode: {} });
  settings.applied({ mode: 'wallart' });

  settings.fetched({ wallartMode: {} });

  assert.deepEqual(settings.current, { wallartMode: {} });
});
