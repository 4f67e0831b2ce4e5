// Administration of displays: shared settings, pairing, commands to many, removal. SHAPE=allinone
// (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Socket, post, register } from '../support/device.mjs';
import { adminToken, bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };
const options = { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] };

describe(`fleet, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, options);
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  const send = async (method, path, body) => {
    const answer = await fetch(suite.base + path, {
      method, headers: { ...bearer, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    return { status: answer.status, json: await answer.json() };
  };
  const config = async (headers) =>
    await (await fetch(`${suite.base}/get-config`, { headers: { 'cache-control': 'no-cache', ...headers } })).json();

  test('group settings reach members immediately over the socket and in /get-config', async () => {
    const device = await register(suite.base, 'hw-fleet-1', { cookie: 'pr_iid=inst-fleet-1' });
    const other = await register(suite.base, 'hw-fleet-2');
    const socket = await Socket.live(suite.base, device, bearer);
    assert.equal((await send('POST', '/api/groups', { id: 'foyer', settingsTemplate: { clockWidget: false } })).status, 201);

    const patched = await send('PATCH', `/api/devices/${device.deviceId}`, { name: 'Foyer', groups: ['foyer'] });
    assert.equal(patched.json.device.name, 'Foyer');
    assert.deepEqual((await socket.next('apply-settings')).payload, { clockWidget: false });
    assert.equal((await config({ 'x-device-id': device.deviceId })).clockWidget, false);
    assert.equal((await config({ cookie: 'pr_iid=inst-fleet-1' })).clockWidget, false);
    assert.equal((await config({ 'x-device-id': other.deviceId })).clockWidget, true);

    await send('PATCH', '/api/groups/foyer', { settingsTemplate: { cinemaMode: true } });
    const frame = await socket.next('command');
    assert.deepEqual([frame.type, frame.payload], ['mode.navigate', { mode: 'cinema' }]);

    await send('DELETE', '/api/groups/foyer');
    await until(() => config({ 'x-device-id': device.deviceId }), (settings) => settings.cinemaMode === false);
    socket.close();
  });

  test('of two concurrent changes the second gets 409 with the current version', async () => {
    const device = await register(suite.base, 'hw-fleet-3');
    const { json: record } = await send('GET', `/api/devices/${device.deviceId}`);

    const [first, second] = await Promise.all(['A', 'B'].map((name) =>
      send('PATCH', `/api/devices/${device.deviceId}`, { name, etag: record.etag })));

    assert.deepEqual([first.status, second.status].sort(), [200, 409]);
    const lost = first.status === 409 ? first : second;
    const { json: now } = await send('GET', `/api/devices/${device.deviceId}`);
    assert.equal(lost.json.currentVersion, now.etag);
  });

  test('a display claims a device by its code, once', async () => {
    const device = await register(suite.base, 'hw-fleet-4');
    const { json: code } = await send('POST', `/api/devices/${device.deviceId}/pairing-code`, { requireToken: true });
    assert.match(code.code, /^\d{6}$/);
    const pair = (body) => post(suite.base, '/api/devices/pair', body);

    assert.equal((await pair({ code: code.code })).json.error, 'claim_failed');
    const claimed = await pair({ code: code.code, token: code.token });
    assert.equal(claimed.json.deviceId, device.deviceId);
    assert.equal((await pair({ code: code.code, token: code.token })).json.error, 'code_not_found_or_expired');
    const check = await post(suite.base, '/api/devices/check', { deviceId: device.deviceId, secret: claimed.json.secret });
    assert.equal(check.json.valid, true);
  });

  test('a command to many has one response, and removal closes the socket', async () => {
    const devices = [];
    for (let i = 0; i < 3; ++i) devices.push(await register(suite.base, `hw-fleet-many-${i}`));
    const socket = await Socket.live(suite.base, devices[0], bearer);

    const { json } = await send('POST', '/api/devices/command', {
      deviceIds: [...devices.map((device) => device.deviceId), 'ghost'], command: { type: 'playback.next' } });
    assert.deepEqual(json, { success: true, sent: 1, queued: 2 });
    const frame = await socket.next('command');
    const beat = await post(suite.base, '/api/devices/heartbeat', devices[1]);
    assert.equal(beat.json.queuedCommands[0].id, frame.id);
    socket.send({ kind: 'ack', id: frame.id, status: 'ok', info: null });

    await send('DELETE', `/api/devices/${devices[0].deviceId}`);
    assert.equal((await socket.closed).code, 1008);
    assert.equal((await send('GET', `/api/devices/${devices[0].deviceId}`)).status, 404);
  });

  test('groups and pairing survive kill -9', async () => {
    const device = await register(suite.base, 'hw-fleet-5');
    await send('POST', '/api/groups', { id: 'hall', settingsTemplate: { showMetadata: true } });
    await send('PATCH', `/api/devices/${device.deviceId}`, { groups: ['hall'] });

    await suite.kill();
    suite = await startSuite(shape, { ...options, folder: suite.folder });

    await until(() => config({ 'x-device-id': device.deviceId }), (settings) => settings.showMetadata === true);
  });
});
