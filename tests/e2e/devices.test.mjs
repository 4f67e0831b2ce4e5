// The life cycle of a display: it registers, opens its socket, gets a command, acknowledges it, and
// is still known after all programs were killed. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Socket, post, register } from '../support/device.mjs';
import { adminToken, bin, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };
const options = { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] };

describe(`devices, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, options);
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  test('delivers a command to a live display and returns its acknowledgement', async () => {
    const device = await register(suite.base, 'hw-e2e-1');
    const socket = await Socket.live(suite.base, device, bearer);

    const answer = post(suite.base, `/api/devices/${device.deviceId}/command?wait=true`,
      { type: 'mode.navigate', payload: { mode: 'screensaver' } }, bearer);
    const frame = await socket.next('command');
    socket.send({ kind: 'ack', id: frame.id, status: 'ok', info: null });

    assert.deepEqual([frame.type, frame.payload], ['mode.navigate', { mode: 'screensaver' }]);
    assert.deepEqual((await answer).json, { queued: false, live: true, ack: { status: 'ok', info: null } });
    socket.close();
  });

  test('devices and queued commands survive kill -9', async () => {
    const device = await register(suite.base, 'hw-e2e-2');
    const queued = await post(suite.base, `/api/devices/${device.deviceId}/command`, { type: 'playback.next' }, bearer);
    assert.equal(queued.json.queued, true);

    await suite.kill();
    suite = await startSuite(shape, { ...options, folder: suite.folder });

    const check = await post(suite.base, '/api/devices/check', device);
    assert.deepEqual(check.json, { valid: true, isRegistered: true, deviceId: device.deviceId });
    const beat = await post(suite.base, '/api/devices/heartbeat', device);
    assert.deepEqual(beat.json.queuedCommands.map((command) => command.id), [queued.json.command.id]);
  });

  test('responses to administrators contain no secret of a display', async () => {
    const device = await register(suite.base, 'hw-e2e-3');
    const list = await fetch(`${suite.base}/api/devices`, { headers: bearer });
    const text = await list.text();
    assert.equal(list.status, 200);
    assert.ok(text.includes(device.deviceId));
    assert.ok(!/secret/i.test(text));
    assert.equal((await fetch(`${suite.base}/api/devices`, { headers: { authorization: 'Bearer wrong' } })).status, 401);
  });
});
