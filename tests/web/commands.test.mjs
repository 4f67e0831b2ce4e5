import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { readAddress } from '../../services/gateway/web/shared/address.js';
import { timeText } from '../../services/gateway/web/screensaver/clock.js';
import { commandTable } from '../../services/gateway/web/device/commands.js';

let did;
let run;

beforeEach(() => {
  did = [];
  let paused = false;
  const note = (name) => () => void did.push(name);
  const screen = { off: false, setOff(off) { this.off = off; did.push(off ? 'off' : 'on'); } };
  run = commandTable({
    page: { next: note('next'), prev: note('prev'), pause: () => { paused = true; did.push('pause'); },
      resume: () => { paused = false; did.push('resume'); }, paused: () => paused },
    screen, applySettings: (settings) => void did.push(settings),
  });
});

test('runs known commands', () => {
  for (const type of ['playback.next', 'playback.toggle', 'playback.toggle', 'power.toggle', 'power.toggle']) {
    assert.equal(run(type, {}), null);
  }
  assert.equal(run('remote.key', { key: 'playpause' }), null);
  assert.equal(run('settings.apply', { a: 1 }), null);

  assert.deepEqual(did, ['next', 'pause', 'resume', 'off', 'on', 'pause', { a: 1 }]);
});

test('returns an error for unsupported commands', () => {
  assert.match(run('source.switch', {}), /not supported/);
  assert.match(run('mode.navigate', { mode: 'karaoke' }), /no such page/);
  assert.match(run('remote.key', { key: 'up' }), /no such key/);
});

test('navigates after a delay, so that the acknowledgement is sent first', (context) => {
  const later = [];
  const visited = [];
  context.mock.method(globalThis, 'setTimeout', (act) => later.push(act));
  globalThis.location = { assign: (where) => visited.push(where), search: '?interval=5' };

  assert.equal(run('mode.navigate', { mode: 'screensaver' }), null);
  assert.deepEqual(visited, []);
  later.forEach((act) => act());

  assert.deepEqual(visited, ['/screensaver?interval=5']);
});

test('reads interval and density from the address within limits', () => {
  assert.deepEqual(readAddress('?interval=1&density=high&register=0'), { intervalSeconds: 1, density: 'high', register: 'never', preview: false, pairingCode: undefined });
  assert.equal(readAddress('?density=ludicrous').density, 'ludicrous');
  assert.equal(readAddress('?preview=1').preview, true);
  assert.equal(readAddress('?pair=012345').pairingCode, '012345');
  assert.equal(readAddress('?pair=12345x').pairingCode, undefined);
  assert.deepEqual(readAddress('?interval=0&density=huge'), { intervalSeconds: undefined, density: undefined, register: 'once', preview: false, pairingCode: undefined });
});

test('midnight is 00:21 in 24 h and 12:21 AM in 12 h', () => {
  const night = new Date('2026-03-01T00:21:00Z');

  assert.equal(timeText(night, '24h', 'UTC'), '00:21');
  assert.match(timeText(night, '12h', 'UTC'), /^12:21\sAM$/);
  assert.equal(timeText(new Date('2026-03-01T09:05:00Z'), '24h', 'UTC'), '09:05');
});

test('the clock uses a time zone and ignores an unknown one', () => {
  const noon = new Date('2026-03-01T12:05:00Z');

  assert.equal(timeText(noon, '24h', 'Europe/Berlin'), '13:05');
  assert.match(timeText(noon, '12h', 'UTC'), /^12:05\sPM$/);
  assert.match(timeText(noon, '24h', 'Mars/Olympus'), /^\d\d:05$/);
});
