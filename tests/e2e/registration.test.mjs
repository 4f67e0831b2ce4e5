// Identity requires proof: what unauthenticated clients and readers learn about displays, and what
// they can change. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { Socket, post } from '../support/device.mjs';
import { Guesser, existingDisplays } from '../support/guesses.mjs';
import { adminToken, bin, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };
const options = { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] };
let addresses = 0;
const address = () => `127.1.${1 + (++addresses >> 8)}.${addresses & 255}`;
const register = (suite, body, headers = {}, from = address()) =>
  post(suite.base, '/api/devices/register', body, headers, from);
const beat = (suite, device, headers = {}) => post(suite.base, '/api/devices/heartbeat', device, headers);

describe(`registration, ${shape}`, () => {
  let suite;
  after(() => {
    suite?.folder.remove();
  });

  test('open: a registered display keeps its secret, and readers see a hash of its installation id', async () => {
    suite = await startSuite(shape, options);
    const identity = { 'x-install-id': 'inst-secret-1', 'x-hardware-id': 'hw-open' };
    const { json: device } = await register(suite, { hardwareId: 'hw-open' }, identity);
    assert.equal((await beat(suite, device)).status, 200);
    const socket = await Socket.live(suite.base, device, bearer);

    const { json: thief } = await register(suite, { hardwareId: 'hw-open' }, identity);
    assert.notEqual(thief.deviceId, device.deviceId);
    assert.equal((await beat(suite, device)).status, 200);

    const { json: made } = await post(suite.base, '/api/v2/tokens', { name: 'reader', scope: 'TOKEN_SCOPE_READ' }, bearer);
    const reader = { authorization: `Bearer ${made.value}` };
    for (const path of ['/api/devices', `/api/devices/${device.deviceId}`, '/api/v2/devices', `/api/v2/devices/${device.deviceId}`]) {
      const seen = await fetch(suite.base + path, { headers: reader });
      const text = await seen.text();
      assert.equal(seen.status, 200, path);
      assert.ok(text.includes('hash:') && !text.includes('inst-secret-1'), path);
      assert.ok((await (await fetch(suite.base + path, { headers: bearer })).text()).includes('inst-secret-1'), path);
    }
    socket.close();
    await suite.stop();
    suite.folder.remove();
  });

  for (const registration of ['approve', 'closed']) {
    test(`${registration}: guessed ids change, reveal and close nothing`, async () => {
      const first = await startSuite(shape, { ...options, gateway: { registration: 'open' } });
      const devices = [];
      for (let i = 0; i < 10; ++i) {
        const headers = { 'x-install-id': `inst-${i}`, 'x-hardware-id': `hw-${i}` };
        devices.push((await register(first, { hardwareId: `hw-${i}` }, headers)).json);
      }
      await first.stop();
      suite = await startSuite(shape, { ...options, folder: first.folder, gateway: { registration } });
      const sockets = [];
      for (const device of devices) sockets.push(await Socket.live(suite.base, device, bearer));
      let closed = 0;
      sockets.forEach((socket) => socket.closed.then(() => ++closed));

      for (let i = 0; i < 20; ++i) {
        const headers = { 'x-install-id': `inst-${i}`, 'x-hardware-id': `hw-${i}` };
        const check = await post(suite.base, '/api/devices/check', { deviceId: `hw-${i}` }, headers);
        assert.deepEqual(check.json, { valid: false, isRegistered: false, reason: 'device_not_found' });
        const made = await register(suite, { hardwareId: `hw-${i}` }, headers);
        if (registration === 'closed') {
          assert.deepEqual([made.status, made.json.error], [403, 'registration_closed']);
        } else {
          assert.match(made.json.approvalCode, /^\d{6}$/);
          assert.ok(!devices.some((device) => device.deviceId === made.json.deviceId));
        }
        const known = devices[i % 10].deviceId;
        assert.equal((await post(suite.base, '/api/devices/check', { deviceId: known })).status, 503);
        assert.equal((await beat(suite, { deviceId: known, secret: 'f'.repeat(64), hardwareId: 'hw-x' })).status, 401);
      }

      for (const device of devices) assert.equal((await beat(suite, device)).status, 200);
      assert.equal(closed, 0);
      if (registration === 'approve') {
        const waiting = await (await fetch(`${suite.base}/api/devices/waiting`, { headers: bearer })).json();
        assert.equal(waiting.length, 20);
        const approved = await post(suite.base, '/api/devices/approve', { codes: [waiting[0].approvalCode] }, bearer);
        assert.equal(approved.json.approved, 1);
        const [one, ...others] = waiting.slice(1);
        assert.match(one.approvalCode, /^\d{6}$/);
        assert.match(one.hardwareId, /^hw-\d+$/);
        assert.equal((await post(suite.base, `/api/devices/${one.id}/approve`, {}, bearer)).json.approved, 1);
        assert.equal((await post(suite.base, `/api/devices/${one.id}/approve`, {}, bearer)).status, 404, 'it waits no longer');
        assert.equal((await post(suite.base, '/api/devices/approve', { deviceIds: others.map(({ id }) => id) }, bearer)).json.approved, 18);
        assert.deepEqual(await (await fetch(`${suite.base}/api/devices/waiting`, { headers: bearer })).json(), []);
      }
      sockets.forEach((socket) => socket.close());
      await suite.stop();
      suite.folder.remove();
    });

    // ./dev soak guesses tries 10,000.
    test(`${registration}: 50 displays are unchanged after guesses of their ids`, async () => {
      const existing = await existingDisplays(shape, registration, 50);
      const guesser = new Guesser(existing, 1);
      try {
        await guesser.run(100);
        assert.deepEqual(guesser.faults, []);
        assert.deepEqual(await existing.changes(), []);
        const tried = Object.values(guesser.answers).reduce((sum, count) => sum + count, 0);
        assert.equal(tried, 300);
      } finally {
        await existing.stop();
      }
    });
  }
});
