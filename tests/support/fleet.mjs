// The devices service and a gateway as processes that can be killed and restarted on the same
// addresses and data, and displays that behave like real ones: they reconnect, acknowledge every
// command, and run each command once.
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { adminToken, Folder, Program } from './suite.mjs';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

/** Random numbers that are reproducible by seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Devices service and gateway; commands need no other service. */
export class Fleet {
  constructor() {
    this.folder = new Folder();
    this.programs = {};
    this.settings = {};
    this.restarts = 0;
  }

  static async start(extra = {}) {
    const fleet = new Fleet();
    const devices = `127.0.0.1:${await freePort()}`;
    const gateway = `127.0.0.1:${await freePort()}`;
    fleet.base = `http://${gateway}`;
    const nowhere = `127.0.0.1:${await freePort()}`;
    const common = { log_level: 'info', ops_listen: '127.0.0.1:0' };
    fleet.settings.devices = {
      ...common, listen: devices, data_dir: join(fleet.folder.path, 'data'), flush_every: '500ms', ...extra.devices };
    fleet.settings.gateway = {
      ...common, listen: gateway, admin: { token: adminToken },
      backends: { playlist: nowhere, imageproc: nowhere, devices }, ...extra.gateway };
    await fleet.launch('devices');
    await fleet.launch('gateway');
    return fleet;
  }

  async launch(which) {
    const file = this.folder.write(`${which}.yaml`, JSON.stringify(this.settings[which]));
    this.programs[which] = new Program(`marquee-${which}`, ['--config', file]);
    await this.programs[which].ready;
  }

  /** Sends kill -9 and restarts the program immediately. */
  async killAndRestart(which) {
    await this.programs[which].kill();
    await this.launch(which);
    ++this.restarts;
  }

  async stop() {
    for (const which of ['gateway', 'devices']) await this.programs[which].stop();
    this.folder.remove();
  }
}

/** A display that always reconnects. `effects`: how often each payload's `n` took effect. */
export class PersistentDisplay {
  constructor(base, credentials, random) {
    this.base = base;
    this.credentials = credentials;
    this.random = random;
    this.seen = new Set();
    this.frames = new Map();  // by n: number of frames that carried it
    this.effects = new Map(); // by n
    this.connects = 0;
    this.closed = false;
    this.connect();
  }

  connect() {
    if (this.closed) return;
    const socket = new WebSocket(this.base.replace(/^http/, 'ws') + '/ws/devices', { handshakeTimeout: 5000 });
    this.socket = socket;
    socket.on('open', () => socket.send(JSON.stringify({ kind: 'hello', ...this.credentials })));
    socket.on('message', (data) => this.take(socket, JSON.parse(data.toString())));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.joined = false;
      // Real displays wait 3 to 5 s; a tenth of that gives ten times as many reconnects per run.
      if (!this.closed) this.timer = setTimeout(() => this.connect(), 300 + 200 * this.random());
    });
  }

  take(socket, frame) {
    if (frame.kind === 'hello-ack') {
      this.joined = true;
      ++this.connects;
    }
    if (frame.kind !== 'command') return;
    const { n } = frame.payload;
    this.frames.set(n, (this.frames.get(n) ?? 0) + 1);
    if (!this.seen.has(frame.id)) {
      this.seen.add(frame.id);
      this.effects.set(n, (this.effects.get(n) ?? 0) + 1);
    }
    socket.send(JSON.stringify({ kind: 'ack', id: frame.id, status: 'ok', info: null }));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.terminate();
  }
}
