// A display of the display protocol: registers, opens its socket, collects frames.
import { request } from 'node:http';
import { createRequire } from 'node:module';

import { until } from './suite.mjs';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

/** @param {string} [from] loopback address to connect from; limits count per address */
export function post(base, path, body, headers = {}, from = undefined) {
  const bytes = typeof body === 'string' ? body : JSON.stringify(body);
  const options = {
    method: 'POST', localAddress: from, agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes), ...headers },
  };
  return new Promise((resolve, reject) => {
    const call = request(base + path, options, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      let json;
      try {
        json = JSON.parse(text);
      } catch {
        json = undefined;
      }
      resolve({ status: answer.statusCode, headers: new Headers(answer.headers), text, json });
    });
    call.once('error', reject);
    call.end(bytes);
  });
}

let displays = 0;

/** Registers a display from a separate address; returns {deviceId, secret}. */
export async function register(base, hardwareId, headers = {}) {
  const answer = await post(base, '/api/devices/register', { name: '', hardwareId }, headers,
    `127.0.${1 + (++displays >> 8)}.${displays & 255}`);
  if (answer.status !== 200) throw new Error(`register: ${answer.status} ${answer.text}`);
  return answer.json;
}

/** Registers `count` displays, sixteen at a time; returns their {deviceId, secret}. */
export async function registerMany(base, count) {
  const devices = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < count; i = next++) {
      const { deviceId, secret } = await register(base, `hw-${i}`);
      devices.push({ deviceId, secret });
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return devices;
}

/** A socket that stores received frames. `next(kind)` waits for a frame, `closed` for the end. */
export class Socket {
  /** @param {string} [from] loopback address to connect from */
  constructor(base, from = undefined) {
    this.frames = [];
    this.waiting = [];
    this.socket = new WebSocket(base.replace(/^http/, 'ws') + '/ws/devices', { localAddress: from });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()));
      this.waiting.splice(0).forEach((wake) => wake());
    });
  }
  send(frame) {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }
  async next(kind) {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.kind === kind);
      if (index >= 0) return this.frames.splice(index, 1)[0];
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }
  close() {
    this.socket.terminate();
  }
  static async hello(base, { deviceId, secret }) {
    const socket = new Socket(base);
    await socket.opened;
    socket.send({ kind: 'hello', deviceId, secret });
    await socket.next('hello-ack');
    return socket;
  }
  /**
   * A socket that the registry knows: the gateway reports sockets on a stream of its own, after
   * hello-ack, so a command sent right away could find the display offline and be queued.
   * @param {object} bearer authorization header of an administrator
   */
  static async live(base, device, bearer) {
    const socket = await Socket.hello(base, device);
    await until(async () => {
      const answer = await fetch(`${base}/api/devices/${device.deviceId}`, { headers: bearer });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return await answer.json();
    }, ({ wsConnected }) => wsConnected);
    return socket;
  }
}
