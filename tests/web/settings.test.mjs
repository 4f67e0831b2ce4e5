import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Settings, merged } from '../../services/gateway/web/app/settings.js';

function fetched(config) {
  const settings = new Settings();
  settings.fetched(config);
  return settings;
}

test('settings are merged object by object; lists are replaced', () => {
  assert.deepEqual(merged({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { c: 3 }, l: [4] }), { a: { b: 1, c: 3 }, l: [4] });
});

test('a pushed key comes whole: what it no longer has is taken back', () => {
  const settings = fetched({ wallartMode: { density: 'medium', musicMode: { enabled: true } }, showPoster: true, extra: 1 });

  settings.pushed({ wallartMode: { density: 'high', gamesOnly: true } });
  assert.deepEqual(settings.current.wallartMode, { density: 'high', gamesOnly: true });
  settings.pushed({ wallartMode: { density: 'medium', gamesOnly: null, musicMode: { enabled: null } }, extra: null });

  assert.deepEqual(settings.current, { wallartMode: { density: 'medium', musicMode: {} }, showPoster: true });
});

test('what was tried out is laid over, until the server says something else of that key', () => {
  const settings = fetched({ wallartMode: { density: 'medium', randomness: 3 }, clockWidget: true });
  settings.applied({ wallartMode: { density: 'high' }, clockWidget: false });

  settings.fetched({ wallartMode: { density: 'medium', randomness: 3 }, clockWidget: true });
  assert.deepEqual(settings.current, { wallartMode: { density: 'high', randomness: 3 }, clockWidget: false });
  settings.fetched({ wallartMode: { density: 'low', randomness: 3 }, clockWidget: true });
  assert.deepEqual(settings.current, { wallartMode: { density: 'low', randomness: 3 }, clockWidget: false });
  settings.pushed({ clockWidget: true });
  assert.equal(settings.current.clockWidget, true);
});

test('a key that the server no longer has takes what was tried out along', () => {
  const settings = fetched({ mode: 'cinema', wallartMode: {} });
  settings.applied({ mode: 'wallart' });

  settings.fetched({ wallartMode: {} });

  assert.deepEqual(settings.current, { wallartMode: {} });
});
