// The WebSocket that carries commands. It sends hello, acknowledges each command as soon as it is
// received and started, and reconnects after a failure.

import { Backoff } from '../shared/backoff.js';
import { serverUrl } from '../shared/base.js';
import { pause } from '../shared/pause.js';

const pingMs = 30_000;
const silenceMs = 75_000;    // no frame for two pings: the connection is dead
const firstPings = 5;        // enough to measure the clock offset at the start
const firstPingMs = 400;
const replacedMs = 60_000;   // another tab of this browser replaced this socket: do not replace it back at once

export class CommandSocket {
  /**
   * @param {{identity: {deviceId: string, secret: string},
   *   onCommand: (type: string, payload: object, id?: string) => (string|null),
   *   onSettings: (settings: object) => void, sync: import('./sync.js').SyncClock}} options
   */
  constructor(options) {
    this.options = options;
    this.backoff = new Backoff({ firstMs: 4000, longestMs: 60_000 });
    this.ended = new AbortController();
  }

  async run() {
    while (!this.ended.signal.aborted) {
      const code = await this.connect();
      await pause(code === 4000 ? replacedMs : this.backoff.next(), this.ended.signal);
    }
  }

  stop() {
    this.ended.abort();
    this.socket?.close();
  }

  /** One connection, from hello to its end. @returns {Promise<number>} the close code */
  connect() {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${serverUrl('/ws/devices')}`);
      this.socket = socket;
      let heard = performance.now();
      const pulse = setInterval(() => {
        if (performance.now() - heard > silenceMs) socket.close();
        else this.ping();
      }, pingMs);
      socket.onopen = () => this.send({ kind: 'hello', ...this.options.identity });
      socket.onmessage = ({ data }) => {
        heard = performance.now();
        this.take(data);
      };
      socket.onclose = ({ code }) => {
        clearInterval(pulse);
        document.body.dataset.socket = 'closed';
        resolve(code);
      };
    });
  }

  take(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    switch (frame.kind) {
      case 'hello-ack':
        this.backoff.reset();
        document.body.dataset.socket = 'open';
        for (let i = 0; i < firstPings; i += 1) setTimeout(() => this.ping(), i * firstPingMs);
        break;
      case 'pong':
        this.options.sync.pong(frame);
        break;
      case 'sync-tick':
        this.options.sync.tick(frame.payload ?? {});
        break;
      case 'command':
        this.answer(frame.id, () => this.options.onCommand(frame.type, frame.payload ?? {}, frame.id));
        break;
      case 'apply-settings':
        this.answer(frame.id, () => this.options.onSettings(frame.payload ?? {}) ?? null);
        break;
      default:  // error: nothing to do
    }
  }

  answer(id, act) {
    let info;
    try {
      info = act();
    } catch (error) {
      info = String(error.message ?? error);
    }
    if (id) this.send({ kind: 'ack', id, status: info ? 'error' : 'ok', info: info ?? null });
  }

  ping() {
    this.send({ kind: 'ping', ts: Date.now() });
  }

  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }
}
