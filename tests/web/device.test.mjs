// Registration and identity of a screen, with a server whose device store is replaced.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const kept = new Map();
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
Object.defineProperty(globalThis, 'navigator', {
  value: { platform: 'test', userAgent: 'test', languages: ['en'] }, configurable: true });
globalThis.screen = { width: 1920, height: 1080, colorDepth: 24, pixelDepth: 24 };
globalThis.devicePixelRatio = 1;
globalThis.location = new URL('http://wall.test/');
const element = () => ({ dataset: {}, setAttribute() {}, append() {}, remove() {} });
globalThis.document = { body: element(), querySelector: () => null, createElement: element,
  baseURI: 'http://wall.test/', documentElement: element() };
globalThis.WebSocket = class {
  close() {
    this.onclose({ code: 1000 });
  }
};

const { Device } = await import('../../services/gateway/web/device/device.js');

/** A server with one device store; `store` may be replaced at any time. */
class Server {
  constructor() {
    this.calls = [];
    globalThis.fetch = async (address, { body } = {}) => {
      const what = new URL(address, 'http://wall.test/').pathname.split('/').at(-1);
      this.calls.push(what);
      return this.answer(what, body ? JSON.parse(body) : {});
    };
  }
  answer(what, body) {
    const reply = (status, json) => Response.json(json, { status, headers: status === 200 ? { 'x-store-id': this.store.id } : {} });
    if (what === 'bypass-check') return reply(200, { bypass: false });
    if (what === 'pair') {
      if (body.code !== this.store.pairingCode) return reply(400, { error: 'code_not_found_or_expired' });
      this.store.devices.set('paired', 's');
      return reply(200, { deviceId: 'paired', secret: 's', name: 'Hall' });
    }
    if (what === 'register') {
      const device = { deviceId: `${this.store.id}-${this.store.devices.size}`, secret: `s${this.store.devices.size}` };
      this.store.devices.set(device.deviceId, device.secret);
      return reply(200, { ...device, storeId: this.store.id });
    }
    if (this.store.deleted?.has(body.deviceId)) {
      return what === 'check' ? reply(200, { valid: false, isRegistered: false, reason: 'device_not_found' })
        : reply(401, { error: 'device_not_found' });
    }
    if (this.store.devices.get(body.deviceId) === body.secret) return reply(200, { valid: true, ok: true });
    return reply(503, { error: 'unknown_device', storeId: this.store.id });
  }
}

const newStore = (id) => ({ id, devices: new Map(), deleted: new Set() });
const page = (more = {}) => new Device({ ...more, register: 'once', status: () => ({}), onCommand: () => null, onSettings: () => null,
  sync: {} });

test('a screen is registered in both stores when the store is replaced and restored', async () => {
  kept.clear();
  const server = new Server();
  const [first, second] = [newStore('first'), newStore('second')];
  server.store = first;
  const device = page();
  assert.equal(await device.join(), true);
  assert.equal(await device.heartbeat(), true);
  const identity = device.id;

  server.store = second;
  assert.equal(await device.heartbeat(), true);
  assert.equal(second.devices.has(device.id), true);

  server.store = first;
  assert.equal(await device.heartbeat(), true);
  assert.equal(device.id, identity);
  assert.equal(first.devices.size, 1);

  // Also if the page is reloaded in between.
  server.store = second;
  const again = page();
  assert.equal(await again.join(), true);
  assert.equal(second.devices.size, 1);
  device.socket.stop();
});

test('keeps the identity when its own store does not know the screen', async () => {
  kept.clear();
  const server = new Server();
  server.store = newStore('first');
  const device = page();
  await device.join();
  const identity = device.id;
  server.store = newStore('first');  // an older copy of the store
  assert.equal(await device.heartbeat(), true);
  assert.equal(device.id, identity);
  assert.equal(server.store.devices.size, 0);
});

test('an identity without store id learns the id and is not replaced before', async () => {
  kept.clear();
  const server = new Server();
  server.store = newStore('first');
  server.store.devices.set('old', 's');
  kept.set('marquee.device', JSON.stringify({ deviceId: 'old', secret: 's' }));
  const device = page();
  assert.equal(await device.join(), true);
  assert.equal(device.identity.storeId, 'first');

  kept.set('marquee.device', JSON.stringify({ deviceId: 'old', secret: 's' }));
  server.store = newStore('second');
  const other = page();
  assert.equal(await other.join(), true);
  assert.equal(other.id, 'old');
  assert.equal(server.store.devices.size, 0);
});

test('a deleted screen does not register again', async () => {
  kept.clear();
  const server = new Server();
  server.store = newStore('first');
  const device = page();
  await device.join();
  server.store.deleted.add(device.id);
  assert.equal(await device.heartbeat(), false);
  assert.equal(await page().join(), false);
  assert.equal(server.store.devices.size, 1);
});

test('retries when the server fails during registration in another store', async () => {
  kept.clear();
  const server = new Server();
  server.store = newStore('first');
  const device = page();
  await device.join();
  server.store = newStore('second');
  device.backoff = { next: () => 1, reset() {} };
  const answer = server.answer.bind(server);
  let failures = 3;
  server.answer = (what, body) => {
    if (what === 'register' && failures-- > 0) throw new TypeError('network');
    return answer(what, body);
  };
  assert.equal(await device.heartbeat(), true);
  assert.equal(server.store.devices.has(device.id), true);
  device.socket.stop();
});

test('a screen with a pairing code becomes that device, also when it was another one', async () => {
  kept.clear();
  const server = new Server();
  server.store = { ...newStore('first'), pairingCode: '012345' };
  const before = page();
  await before.join();
  let loaded = 0;
  const paired = page({ pairingCode: '012345', onPaired: () => { loaded += 1; } });
  assert.equal(await paired.join(), true);
  assert.equal(loaded, 1, 'the page starts again with the settings of that device');
  assert.equal(paired.id, 'paired');
  assert.equal(page().id, 'paired', 'the identity is kept');
  assert.equal(server.calls.filter((call) => call === 'register').length, 1);
});

test('a screen whose pairing code is not valid any more stays what it was', async () => {
  kept.clear();
  const server = new Server();
  server.store = newStore('first');
  await page().join();
  const device = page({ pairingCode: '999999' });
  assert.equal(await device.join(), true);
  assert.equal(device.id, 'first-0');
});
