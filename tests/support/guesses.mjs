// Displays that exist, and a stranger who knows their ids but no secret.
import { join } from 'node:path';

import { Socket, post } from './device.mjs';
import { adminToken, bin, startSuite } from './suite.mjs';

const bearer = { authorization: `Bearer ${adminToken}` };
// What a display changes by itself.
const ownFields = new Set(['lastSeenAt', 'updatedAt', 'status', 'wsConnected', 'clientInfo', 'currentState']);

let addresses = 0;
/** Another loopback address: limits count per address. */
export const otherAddress = () => `127.${2 + (++addresses >> 16)}.${(addresses >> 8) & 255}.${1 + (addresses & 127)}`;

/** A generator of pseudo-random numbers below `below`, so that a run can be repeated (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

class Existing {
  constructor(suite, devices) {
    Object.assign(this, { suite, devices, closed: [] });
  }
  async connect() {
    this.sockets = await Promise.all(this.devices.map((device) => Socket.live(this.suite.base, device, bearer)));
    this.sockets.forEach((socket, i) => socket.closed.then(({ code }) => this.closed.push(`display ${i}: socket closed with ${code}`)));
    this.before = await this.records();
  }
  async records() {
    const all = await (await fetch(`${this.suite.base}/api/devices`, { headers: bearer })).json();
    const ids = new Set(this.devices.map(({ deviceId }) => deviceId));
    return new Map(all.filter(({ id }) => ids.has(id)).map((record) =>
      [record.id, JSON.stringify(Object.entries(record).filter(([name]) => !ownFields.has(name)))]));
  }
  /** What is different now; empty: nothing. */
  async changes() {
    const faults = [...this.closed];
    const after = await this.records();
    for (const [id, record] of this.before) {
      if (after.get(id) !== record) faults.push(`record changed from ${record} to ${after.get(id)}`);
    }
    for (const device of this.devices) {
      const { status } = await post(this.suite.base, '/api/devices/heartbeat', device);
      if (status !== 200) faults.push(`heartbeat of a display: ${status}`);
    }
    return faults;
  }
  async stop() {
    this.sockets?.forEach((socket) => socket.close());
    await this.suite.stop();
    this.suite.folder.remove();
  }
}

/** `count` displays that registered while it was open; `registration` applies afterwards. */
export async function existingDisplays(shape, registration, count) {
  const options = { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] };
  const first = await startSuite(shape, { ...options, gateway: { registration: 'open' } });
  const devices = [];
  for (let i = 0; i < count; ++i) {
    const headers = { 'x-install-id': `inst-${i}`, 'x-hardware-id': `hw-${i}` };
    const made = await post(first.base, '/api/devices/register', { name: `Name ${i}`, hardwareId: `hw-${i}` }, headers, otherAddress());
    const { deviceId, secret } = made.json;
    devices.push({ deviceId, secret });
  }
  await first.stop();
  // Only limits per address apply to the guesses: each comes from another one.
  const suite = await startSuite(shape, { ...options, folder: first.folder, gateway: { registration } });
  const existing = new Existing(suite, devices);
  await existing.connect();
  return existing;
}

export class Guesser {
  constructor(existing, seed) {
    Object.assign(this, { existing, random: randomFrom(seed), faults: [], answers: {} });
    this.secrets = existing.devices.flatMap(({ deviceId, secret }) => [deviceId, secret]);
  }

  /** Each of the three kinds, `count` times. */
  async run(count, parallel = 16) {
    let left = count;
    await Promise.all(Array.from({ length: parallel }, async () => {
      while (left-- > 0) await this.guess();
    }));
  }

  async guess() {
    const i = this.random(this.existing.devices.length);
    const { deviceId } = this.existing.devices[i];
    const identity = this.identity(i);
    const secret = [undefined, '', 'f'.repeat(64), this.random(2 ** 31).toString(16).padStart(64, '0')][this.random(4)];
    const ids = this.random(2) ? { hardwareId: `hw-${i}` } : { hardwareId: `hw-${i}`, installId: `inst-${i}`, deviceId };
    await this.send('register', { name: 'Guess', ...ids, ...(secret === undefined ? {} : { secret }) }, identity);
    await this.send('check', { deviceId: [deviceId, `hw-${i}`, `inst-${i}`][this.random(3)], hardwareId: `hw-${i}`, ...(this.random(2) ? { secret } : {}) }, identity, deviceId);
    await this.send('heartbeat', { deviceId, secret, hardwareId: `hw-guess-${this.random(1000)}`, installId: `inst-${i}`, name: 'Guess' }, identity, deviceId);
  }

  identity(i) {
    return [
      { 'x-install-id': `inst-${i}`, 'x-hardware-id': `hw-${i}` }, { 'x-hardware-id': `hw-${i}` },
      { cookie: `pr_iid=inst-${i}` }, { 'x-device-id': this.existing.devices[i].deviceId }, {},
    ][this.random(5)];
  }

  /** `known`: an id that the request itself contains, so that the answer may repeat it. */
  async send(kind, body, headers, known = '') {
    const { status, text, json } = await post(this.existing.suite.base, `/api/devices/${kind}`, body, headers, otherAddress());
    const key = `${kind} ${status}${json?.reason ? ` ${json.reason}` : ''}`;
    this.answers[key] = (this.answers[key] ?? 0) + 1;
    const disclosed = this.secrets.find((secret) => secret !== known && text.includes(secret));
    if (disclosed) this.faults.push(`${kind} ${JSON.stringify({ body, headers })} is answered ${text}`);
    if (/Name \d/.test(text)) this.faults.push(`${kind} is answered with a name: ${text}`);
    if (kind === 'heartbeat' && status === 200) this.faults.push(`heartbeat without the secret is accepted: ${JSON.stringify(body)}`);
    if (kind === 'check' && json?.valid) this.faults.push(`check without the secret is valid: ${JSON.stringify({ body, headers })}`);
  }
}
