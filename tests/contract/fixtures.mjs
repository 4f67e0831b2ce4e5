// The exchanges of the display protocol, each as a check that throws when a response differs from
// the expected one. A title begins with the anchor of docs/display-protocol.md that it checks;
// "(deviation)" marks a deliberate difference from Posterrama 2.9.4.
import assert from 'node:assert/strict';

import { adminToken, metricValue, playlistOf, startSuite, until } from '../support/suite.mjs';
import { Socket, post, register } from '../support/device.mjs';

const bearer = { authorization: `Bearer ${adminToken}` };
const get = (world, path, headers = {}) => fetch(world.base + path, { headers, redirect: 'manual' });
const jellyfinImage = (world, id) => `/image?url=${encodeURIComponent(`${world.jellyfin.url}/Items/${id}/Images/Primary`)}`;

async function code(world, body = {}) {
  const device = await register(world.base, `hw-code-${Math.random()}`);
  const answer = await post(world.base, `/api/devices/${device.deviceId}/pairing-code`, body, bearer);
  assert.equal(answer.status, 200);
  return { device, ...answer.json };
}

export const fixtures = {
  F1: ['#playlist: the playlist, first time', async (world) => {
    await playlistOf(world.suite);
    const answer = await get(world, '/get-media?source=local&type=f1');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.match(answer.headers.get('etag'), /^"[^"]+"$/);
    assert.ok(Number(answer.headers.get('content-length')) > 0 || answer.headers.get('content-encoding'));
    assert.ok(Array.isArray(await answer.json()));
    const first = await get(world, '/get-media?source=local&excludeGames=1&count=7');
    assert.equal(first.headers.get('x-cache'), 'MISS');
  }],
  F2: ['#playlist: the playlist, again', async (world) => {
    const first = await get(world, '/get-media?count=11');
    const again = await get(world, '/get-media?count=11');
    assert.equal(again.status, 200);
    assert.equal(again.headers.get('x-cache'), 'HIT');
    assert.equal(again.headers.get('etag'), first.headers.get('etag'));
  }],
  F3: ['#playlist: the playlist, unchanged', async (world) => {
    const first = await get(world, '/get-media?count=12');
    const answer = await get(world, '/get-media?count=12', { 'if-none-match': first.headers.get('etag') });
    assert.equal(answer.status, 304);
    assert.equal(answer.headers.get('etag'), first.headers.get('etag'));
    assert.equal(answer.headers.get('x-cache'), 'HIT');
    assert.equal(await answer.text(), '');
  }],
  F4: ['#playlist: nocache renders anew (deviation)', async (world) => {
    for (let i = 0; i < 2; ++i) {
      const answer = await get(world, '/get-media?nocache=1');
      assert.equal(answer.headers.get('x-cache'), 'MISS');
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    }
  }],
  F5: ['#playlist: playlist parameters out of range', async (world) => {
    for (const [query, field] of [['count=5000', 'count'], ['source=foo', 'source']]) {
      const answer = await get(world, `/get-media?${query}`);
      assert.equal(answer.status, 400);
      const body = await answer.json();
      assert.equal(body.error, 'Invalid query parameters');
      assert.equal(body.details[0].field, field);
      assert.ok(body.details[0].message);
      assert.ok(!Number.isNaN(Date.parse(body.timestamp)));
    }
  }],
  F6: ['#playlist: unknown playlist parameters are ignored', async (world) => {
    const answer = await get(world, '/get-media?type=movie&cb=1');
    assert.equal(answer.status, 200);
    assert.ok((await answer.json()).length > 0);
  }],
  F7: ['#playlist: while the first playlist is built: 202, then 200 (the second is a deviation)', async (world) => {
    const release = world.jellyfin.hold();
    const suite = await startSuite(world.shape, {
      sources: [world.jellyfinSource], gateway: { startup_wait: '0s' } });
    try {
      const building = await fetch(`${suite.base}/get-media`);
      assert.equal(building.status, 202);
      const body = await building.json();
      assert.equal(body.status, 'building');
      assert.equal(body.retryIn, 2000);
      assert.ok(body.message);
      assert.equal(building.headers.get('x-cache'), 'MISS');
      release();
      const items = await playlistOf(suite);
      assert.ok(items.length > 0);
    } finally {
      release();
      await suite.stop();
      suite.folder.remove();
    }
  }],
  F8: ['#settings: the configuration', async (world) => {
    const answer = await get(world, '/get-config?f8=1');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^application\/json/);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=30');
    assert.match(answer.headers.get('etag'), /^"[0-9a-f]{32}"$/);
    for (const name of ['X-Device-Id', 'X-Install-Id', 'X-Hardware-Id']) {
      assert.match(answer.headers.get('vary'), new RegExp(name, 'i'));
    }
    const body = await answer.json();
    assert.deepEqual(Object.keys(body).slice(0, 22), [
      'clockWidget', 'clockTimezone', 'clockFormat', 'syncEnabled', 'syncAlignMaxDelayMs', 'cinemaMode',
      'cinemaOrientation', 'cinema', 'wallartMode', 'transitionIntervalSeconds', 'backgroundRefreshMinutes',
      'showClearLogo', 'showPoster', 'showRottenTomatoes', 'showMetadata', 'rottenTomatoesMinimumScore',
      'transitionEffect', 'effectPauseTime', 'kenBurnsEffect', 'uiScaling', 'mediaServers', 'localDirectory']
      .filter((key) => key in body));
    for (const server of body.mediaServers ?? []) {
      assert.deepEqual(Object.keys(server).sort(), ['enabled', 'name', 'type']);
    }
    assert.ok(!JSON.stringify(body).includes(world.jellyfinToken));
  }],
  F9: ['#settings: the configuration requested with no-cache, as displays do', async (world) => {
    const answer = await get(world, '/get-config', { 'cache-control': 'no-cache' });
    assert.equal(answer.status, 200);
    assert.ok(answer.headers.get('etag'));
    assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
    assert.equal(answer.headers.get('x-cache'), null);
  }],
  F10: ['#settings: a device in a group gets the settings of the group', async (world) => {
    const device = await register(world.base, 'hw-f10');
    const group = await post(world.base, '/api/groups', { name: 'f10', settingsTemplate: { clockWidget: false } }, bearer);
    assert.equal(group.status, 201);
    const patched = await fetch(`${world.base}/api/devices/${device.deviceId}`, {
      method: 'PATCH', headers: { ...bearer, 'content-type': 'application/json' },
      body: JSON.stringify({ groups: [group.json.id] }) });
    assert.equal(patched.status, 200);
    const answer = await get(world, '/get-config', { 'x-device-id': device.deviceId });
    assert.equal((await answer.json()).clockWidget, false);
  }],
  F11: ['#images: an image by url, first time', async (world) => {
    const answer = await get(world, jellyfinImage(world, 'm11'));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.equal(answer.headers.get('x-cache'), 'MISS');
    assert.match(answer.headers.get('cache-control'), /max-age=\d+/);
  }],
  F12: ['#images: the same image again: conditional and range requests', async (world) => {
    await (await get(world, jellyfinImage(world, 'm12'))).arrayBuffer();
    const again = await get(world, jellyfinImage(world, 'm12'));
    assert.equal(again.status, 200);
    assert.equal(again.headers.get('x-cache'), 'HIT');
    assert.ok(Number(again.headers.get('content-length')) > 0);
    assert.equal(again.headers.get('accept-ranges'), 'bytes');
    assert.match(again.headers.get('etag'), /^"[^"]+"$/);
    const whole = Buffer.from(await again.arrayBuffer());
    const same = await get(world, jellyfinImage(world, 'm12'), { 'if-none-match': again.headers.get('etag') });
    assert.equal(same.status, 304);
    const part = await get(world, jellyfinImage(world, 'm12'), { range: 'bytes=10-19' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 10-19/${whole.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(10, 20));
  }],
  F13: ['#images: an image that is not available redirects to the fallback image', async (world) => {
    for (const path of [jellyfinImage(world, 'nowhere'), '/image?server=nobody&path=/x.jpg',
      '/image?server=Posters&path=/no-such-file.jpg']) {
      const answer = await get(world, path);
      assert.equal(answer.status, 302, path);
      assert.equal(answer.headers.get('location'), '/fallback-poster.png');
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    }
  }],
  F14: ['#images: an invalid image request', async (world) => {
    for (const query of ['', '?path=/x', '?server=a', '?url=file:///etc/passwd', '?server=a&path=x&width=9999']) {
      const answer = await get(world, `/image${query}`);
      assert.equal(answer.status, 400, query);
      const body = await answer.json();
      assert.ok(body.error && Array.isArray(body.details) && body.timestamp, query);
    }
  }],
  F15: ['#images: unknown image parameters are ignored (deviation)', async (world) => {
    const answer = await get(world, `${jellyfinImage(world, 'm11')}&cb=1&v=2`);
    assert.equal(answer.status, 200);
  }],
  F16: ['#images: the address of the server itself is rejected as image source (deviation)', async (world) => {
    const answer = await get(world, `/image?url=${encodeURIComponent(`${world.base}/health`)}`);
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), '/fallback-poster.png');
    assert.ok(await world.suite.metric('marquee_gateway_images_served_total', { from: 'fallback' }) +
      await world.suite.metric('marquee_gateway_images_served_total', { from: 'refused' }) > 0);
  }],
  F17: ['#images: the fallback image', async (world) => {
    const answer = await get(world, '/fallback-poster.png');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=86400');
    assert.match(await answer.text(), /^<svg/);
  }],
  F18: ['#local-files: posterpacks outside the roots or missing', async (world) => {
    assert.equal((await get(world, '/local-posterpack?zip=../a.zip&entry=poster')).status, 400);
    assert.equal((await get(world, '/local-posterpack?zip=a.zip&entry=poster')).status, 404);
    const answer = await get(world, '/local-posterpack?zip=packs/The%20Pack%20(2001).zip&entry=poster');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.equal((await get(world, '/local-posterpack?zip=packs/The%20Pack%20(2001).zip&entry=nonsense')).status, 400);
  }],
  F19: ['#single-item: one item by key, of any source (deviation)', async (world) => {
    const [item] = await playlistOf(world.suite);
    const answer = await get(world, `/get-media-by-key/${encodeURIComponent(item.key)}`);
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).key, item.key);
    assert.equal((await get(world, '/get-media-by-key/plex-a-b-c')).status, 404);
  }],
  F20: ['#register: registering a display', async (world) => {
    const answer = await post(world.base, '/api/devices/register', { hardwareId: 'hw-f20' }, { 'x-install-id': 'inst-f20' });
    assert.equal(answer.status, 200);
    assert.match(answer.json.deviceId, /^[0-9a-f-]{36}$/);
    assert.match(answer.json.secret, /^[0-9a-f]{64}$/);
    assert.equal(answer.json.message, 'registered');
    assert.equal(answer.headers.get('ratelimit-policy'), '10;w=60');
    assert.ok(answer.headers.get('x-api-version'));
  }],
  F21: ['#check: checking a display', async (world) => {
    const device = await register(world.base, 'hw-f21');
    const check = (body, headers) => post(world.base, '/api/devices/check', body, headers);
    const missing = await check({});
    assert.equal(missing.status, 400);
    assert.equal(missing.json.error, 'missing_device_identifier');
    const unknown = await check({ deviceId: '11111111-1111-4111-8111-111111111111' });
    assert.deepEqual([unknown.status, unknown.json.error], [503, 'unknown_device']);
    const hardware = await check({ deviceId: 'hw-f21-never' });
    assert.deepEqual(hardware.json, { valid: false, isRegistered: false, reason: 'device_not_found' });
    const bare = await check({ deviceId: device.deviceId });
    assert.deepEqual(bare.json, { valid: false, isRegistered: true, deviceId: device.deviceId, reason: 'secret_required' });
    const wrong = await check({ deviceId: device.deviceId, secret: '0'.repeat(64) });
    assert.equal(wrong.status, 401);
    assert.equal(wrong.json.error, 'invalid_secret');
    const right = await check(device);
    assert.deepEqual(right.json, { valid: true, isRegistered: true, deviceId: device.deviceId });
  }],
  F22: ['#heartbeat: heartbeats', async (world) => {
    const device = await register(world.base, 'hw-f22');
    const beat = (body) => post(world.base, '/api/devices/heartbeat', body);
    const empty = await beat({});
    assert.deepEqual([empty.status, empty.json.error], [401, 'missing_credentials']);
    const unknown = await beat({ deviceId: '11111111-1111-4111-8111-111111111111', secret: 'a'.repeat(64) });
    assert.deepEqual([unknown.status, unknown.json.error], [503, 'unknown_device']);
    const wrong = await beat({ ...device, secret: 'a'.repeat(64) });
    assert.deepEqual([wrong.status, wrong.json.error], [401, 'invalid_secret']);
    const good = await beat({ ...device, hardwareId: 'hw-f22', status: { mode: 'wallart', screen: { w: 1, h: 2, dpr: 1 } } });
    assert.equal(good.status, 200);
    assert.deepEqual(good.json, { ok: true, reload: false, queuedCommands: [], commandsQueued: [] });
  }],
  F23: ['#commands: a command to a display without socket is delivered with its heartbeat', async (world) => {
    const device = await register(world.base, 'hw-f23');
    const sent = await post(world.base, `/api/devices/${device.deviceId}/command`,
      { type: 'core.mgmt.reload', payload: {} }, bearer);
    assert.equal(sent.status, 200);
    assert.equal(sent.json.queued, true);
    assert.equal(sent.json.live, false);
    assert.equal(sent.json.command.type, 'core.mgmt.reload');
    const beat = () => post(world.base, '/api/devices/heartbeat', device);
    const first = await beat();
    assert.equal(first.json.queuedCommands.length, 1);
    assert.equal(first.json.queuedCommands[0].id, sent.json.command.id);
    assert.deepEqual(first.json.commandsQueued, first.json.queuedCommands);
    assert.equal((await beat()).json.queuedCommands.length, 0);
  }],
  F24: ['#commands: a command to a live display, with and without acknowledgement', async (world) => {
    const device = await register(world.base, 'hw-f24');
    const socket = await Socket.live(world.base, device, bearer);
    const send = (type) => post(world.base, `/api/devices/${device.deviceId}/command?wait=true`, { type }, bearer);
    const acked = send('playback.next');
    const frame = await socket.next('command');
    assert.equal(frame.type, 'playback.next');
    socket.send({ kind: 'ack', id: frame.id, status: 'ok', info: null });
    const answer = await acked;
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { queued: false, live: true, ack: { status: 'ok', info: null } });
    const silent = await send('playback.prev');
    assert.equal(silent.status, 202);
    assert.deepEqual(silent.json, { queued: false, live: true, ack: { status: 'timeout' } });
    socket.close();
  }],
  F25: ['#close-codes: a socket without hello, or with a wrong one', async (world) => {
    const device = await register(world.base, 'hw-f25');
    const first = new Socket(world.base);
    await first.opened;
    first.send({ kind: 'ping' });
    assert.deepEqual(await first.closed, { code: 1008, reason: 'Authenticate first' });
    const wrong = new Socket(world.base);
    await wrong.opened;
    wrong.send({ kind: 'hello', deviceId: device.deviceId, secret: '0'.repeat(64) });
    assert.deepEqual(await wrong.closed, { code: 1008, reason: 'Unauthorized' });
  }],
  F26: ['#hello: hello and ping', async (world) => {
    const device = await register(world.base, 'hw-f26');
    const socket = new Socket(world.base);
    await socket.opened;
    socket.send({ kind: 'hello', ...device });
    assert.equal(typeof (await socket.next('hello-ack')).serverTime, 'number');
    socket.send({ kind: 'ping', ts: 1 });
    assert.equal(typeof (await socket.next('pong')).t, 'number');
    socket.close();
  }],
  F27: ['#close-codes: a first frame that is not JSON closes with 1007 (deviation)', async (world) => {
    const socket = new Socket(world.base);
    await socket.opened;
    socket.send('hello');
    assert.equal((await socket.closed).code, 1007);
  }],
  F28: ['#hello: a second socket replaces the first and stays connected (deviation)', async (world) => {
    const device = await register(world.base, 'hw-f28');
    const first = await Socket.hello(world.base, device);
    const second = await Socket.hello(world.base, device);
    assert.equal((await first.closed).code, 4000);
    const record = await until(
      async () => await (await get(world, `/api/devices/${device.deviceId}`, bearer)).json(),
      (body) => body.wsConnected === true);
    assert.equal(record.connected, true);
    second.close();
  }],
  F29: ['#pairing: a pairing code that requires a token', async (world) => {
    const made = await code(world, { requireToken: true });
    assert.ok(made.token);
    const answer = await post(world.base, '/api/devices/pair', { code: made.code });
    assert.deepEqual([answer.status, answer.json.error], [400, 'claim_failed']);
  }],
  F30: ['#pairing: pairing', async (world) => {
    const made = await code(world);
    const good = await post(world.base, '/api/devices/pair', { code: made.code });
    assert.equal(good.status, 200);
    assert.equal(good.json.deviceId, made.device.deviceId);
    assert.match(good.json.secret, /^[0-9a-f]{64}$/);
    const short = await post(world.base, '/api/devices/pair', { code: '12' });
    assert.deepEqual([short.status, short.json.error], [400, 'invalid_code_format']);
    const unknown = await post(world.base, '/api/devices/pair', { code: '000000' });
    assert.deepEqual([unknown.status, unknown.json.error], [400, 'code_not_found_or_expired']);
  }],
  F31: ['#administration-routes: a protected device route without a token: 401 (deviation)', async (world) => {
    const answer = await get(world, '/api/devices');
    assert.equal(answer.status, 401);
    assert.ok((await answer.json()).error);
  }],
  F32: ['#playback-sessions: playback sessions, without a token', async (world) => {
    const answer = await get(world, '/api/plex/sessions');
    assert.equal(answer.status, 401);
    assert.ok((await answer.json()).error);
  }],
  F33: ['#limits: the eleventh registration within a minute', async (world) => {
    let last;
    for (let i = 0; i < 11; ++i) {
      last = await post(world.base, '/api/devices/register', { hardwareId: 'hw-f33' }, {}, '127.0.2.33');
    }
    assert.equal(last.status, 429);
    for (const key of ['error', 'timestamp', 'path', 'method', 'requestId', 'retryAfter']) {
      assert.ok(key in last.json, key);
    }
    assert.ok(last.json.retryAfter > 0 && last.json.retryAfter <= 60);
  }],
  F34: ['#administration-routes: saving the configuration without its environment', async (world) => {
    const answer = await post(world.base, '/api/admin/config', { config: {} }, bearer);
    assert.equal(answer.status, 400);
  }],
  F35: ['#administration-routes: metrics (deviation)', async (world) => {
    const text = await world.suite.metrics();
    assert.match(text, /^# TYPE marquee_cache_requests_total counter$/m);
    assert.ok(metricValue(text, 'process_resident_memory_bytes') > 0);
  }],
  F36: ['#errors: an unknown path', async (world) => {
    const answer = await get(world, '/no/such/path');
    assert.equal(answer.status, 404);
    const body = await answer.json();
    assert.equal(body.error, 'Not Found');
    assert.equal(body.path, '/no/such/path');
    assert.equal(body.method, 'GET');
    assert.ok(body.timestamp && body.requestId);
  }],
  F37: ['#pages: an asset with a version is immutable', async (world) => {
    const page = await (await get(world, '/wallart')).text();
    const script = /src="([^"]+\.js)[^"]*"/.exec(page)[1];
    const answer = await get(world, `${new URL(script, `${world.base}/wallart`).pathname}?v=1`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.ok(answer.headers.get('etag'));
  }],
  F38: ['the requests of one refresh to a Jellyfin server', async (world) => {
    await playlistOf(world.suite);
    const asked = world.jellyfin.requests.filter((request) => !request.path.includes('/Images/'));
    const paths = new Set(asked.map((request) => request.path));
    assert.ok(paths.has('/Library/VirtualFolders'));
    assert.ok(paths.has('/Items'));
    const items = asked.find((request) => request.path === '/Items');
    assert.match(items.query, /Limit=1000/);
    assert.match(items.query, /StartIndex=0/);
    assert.equal(items.headers['x-emby-token'], world.jellyfinToken);
    assert.ok(asked.every((request) => !request.query.includes(world.jellyfinToken)));
  }],
};
