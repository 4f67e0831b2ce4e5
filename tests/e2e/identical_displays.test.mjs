// Identical displays (one hardware id) behind a real nginx that lose their storage and reload all
// at once: every record stays reachable, and one call merges each new record with an old one.
// SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Socket, post } from '../support/device.mjs';
import { Nginx, holdPort, upgrades } from '../support/nginx.mjs';
import { adminToken, bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };

describe(`identical displays behind one nginx, ${shape}`, () => {
  let suite;
  let nginx;
  let base;
  before(async () => {
    suite = await startSuite(shape, {
      sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }],
      gateway: { trusted_proxies: ['127.0.0.1'], limits: { admin_per_minute: 0, api_per_minute: 0 } } });
    const port = await holdPort();
    base = `http://127.0.0.1:${port.port}`;
    nginx = await Nginx.start([`server {
      listen 127.0.0.1:${port.port};
      location / { proxy_pass ${suite.base}; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; ${upgrades} }
    }`], [port]);
  });
  after(async () => {
    await nginx?.stop();
    await suite?.stop();
    suite?.folder.remove();
  });

  const records = async (hardware) => (await (await fetch(`${suite.base}/api/devices`, { headers: bearer })).json())
    .filter((device) => device.hardwareId === hardware);
  const resembling = async () => (await fetch(`${suite.base}/api/devices/resembling`, { headers: bearer })).json();
  const beat = (display) => post(base, '/api/devices/heartbeat', display.device, {}, display.from);
  let installs = 0;

  /** What a page does when it loads: register without storage or check with it, then hello. */
  async function load(display) {
    if (display.device === undefined) {
      const answer = await post(base, '/api/devices/register', { name: '', hardwareId: display.hardware },
        { 'x-install-id': `install-${++installs}`, 'x-hardware-id': display.hardware }, display.from);
      assert.equal(answer.status, 200, answer.text);
      display.device = { deviceId: answer.json.deviceId, secret: answer.json.secret };
    } else {
      const answer = await post(base, '/api/devices/check', display.device, {}, display.from);
      assert.equal(answer.json.valid, true, answer.text);
    }
    display.socket = new Socket(base, display.from);
    await display.socket.opened;
    display.socket.send({ kind: 'hello', ...display.device });
    await display.socket.next('hello-ack');
    assert.equal((await beat(display)).status, 200);
  }

  /** A browser that leaves a page closes its socket with 1001. */
  async function leave(display) {
    display.socket.socket.close(1001);
    await display.socket.closed;
  }

  async function liveRecords(hardware) {
    return (await records(hardware)).filter((device) => device.wsConnected);
  }

  const cases = [
    { name: '20 displays, each with its address', hardware: 'hw-tv', count: 20, from: (i) => `127.7.0.${i + 1}` },
    // A proxy that is not trusted, or one router in between; registrations per address are limited.
    { name: '5 displays with one address', hardware: 'hw-box', count: 5, from: () => '127.8.0.1' },
  ];
  for (const { name, hardware, count, from } of cases) {
    test(`${name}: reloading at once leaves as many records, none orphaned`, async () => {
      const displays = Array.from({ length: count }, (_, i) => ({ hardware, from: from(i) }));
      await Promise.all(displays.map(load));
      const first = await until(() => liveRecords(hardware), (list) => list.length === count);
      await Promise.all(first.map((device, i) => fetch(`${suite.base}/api/devices/${device.id}`, {
        method: 'PATCH', headers: { ...bearer, 'content-type': 'application/json' }, body: JSON.stringify({ name: `Hall ${i}` }) })));

      await Promise.all(displays.map(leave));
      await Promise.all(displays.map(load));
      assert.equal((await records(hardware)).length, count, 'with their storage they are known');
      await until(() => liveRecords(hardware), (list) => list.length === count);

      await Promise.all(displays.map(leave));
      // A page takes longer to load than its gateway to report the end of the socket.
      await until(() => liveRecords(hardware), (list) => list.length === 0);
      for (const display of displays) delete display.device;
      await Promise.all(displays.map(load));
      const made = await records(hardware);
      assert.equal(made.length, 2 * count, 'no display takes the record of another one');
      const mine = (await resembling()).filter(({ deviceId }) => made.some(({ id }) => id === deviceId));
      assert.equal(mine.length, count, 'each new record is marked');
      const originals = new Set(mine.map(({ perhapsSameAs }) => perhapsSameAs));
      assert.equal(originals.size, count, 'with different ones');
      assert.deepEqual([...originals].sort(), first.map(({ id }) => id).sort(), 'which are the old ones');

      for (const pair of mine) {
        assert.deepEqual([pair.originalExists, pair.originalConnected], [true, false]);
        assert.match(pair.originalName, /^Hall \d+$/);
      }
      const merge = (body) => post(suite.base, '/api/devices/resembling/merge', body, bearer);
      assert.equal((await merge({ deviceIds: [mine[0].deviceId] })).json.merged, 1);
      const merged = await merge({ all: true });
      assert.equal(merged.status, 200, merged.text);
      assert.equal(merged.json.merged, count - 1, merged.text);
      assert.deepEqual((await resembling()).filter(({ deviceId }) => made.some(({ id }) => id === deviceId)), []);
      const left = await records(hardware);
      assert.deepEqual(left.map(({ id }) => id).sort(), [...originals].sort());
      assert.deepEqual(left.map((device) => device.name).sort(), first.map((_, i) => `Hall ${i}`).sort());
      for (const display of displays) assert.equal((await beat(display)).status, 200);
      for (const display of displays) display.socket.close();
    });
  }
});
