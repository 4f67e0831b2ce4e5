// A page in a frame of the control room follows the settings that it sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followPreview } from '../../services/gateway/web/device/preview.js';
import { Settings } from '../../services/gateway/web/shared/settings.js';

function frameIn(parent) {
  const frame = { location: { origin: 'http://wall.test' }, listeners: [], addEventListener: (_, listener) => frame.listeners.push(listener) };
  frame.parent = parent ?? frame;
  return frame;
}

test('says that it is ready and takes settings only from the surrounding page of this server', () => {
  const sent = [];
  const parent = { postMessage: (data, origin) => sent.push([data, origin]) };
  const frame = frameIn(parent);
  const taken = [];
  followPreview((settings) => taken.push(settings), frame);
  assert.deepEqual(sent, [[{ marquee: 'preview-ready' }, 'http://wall.test']]);

  const say = (message) => frame.listeners[0]({ source: parent, origin: 'http://wall.test', data: { marquee: 'preview', settings: { clockWidget: false } }, ...message });
  say({ origin: 'http://evil.example' });
  say({ source: {} });
  say({ data: { settings: {} } });
  say({ data: { marquee: 'preview', settings: null } });
  assert.deepEqual(taken, []);
  say({});
  assert.deepEqual(taken, [{ clockWidget: false }]);
});

test('a page that is in no frame listens to no one', () => {
  const frame = frameIn(null);
  followPreview(() => {}, frame);
  assert.deepEqual(frame.listeners, []);
});

test('previewed settings replace those of the server', () => {
  const settings = new Settings();
  settings.fetched({ clockWidget: true, showPoster: true });
  settings.applied({ showPoster: false });
  settings.previewed({ clockWidget: false });
  assert.deepEqual(settings.current, { clockWidget: false });
});
