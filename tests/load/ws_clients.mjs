// A process with many displays, controlled by its parent over IPC: connect, hold, report.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

const sockets = new Set();
let latencies = [];
let received = 0;
let joined = 0;
let reconnecting = false;

function open(url, credentials) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    socket.on('open', () => socket.send(JSON.stringify({ kind: 'hello', ...credentials })));
    socket.on('message', (data) => {
      const now = Date.now();
      const frame = JSON.parse(data.toString());
      if (frame.kind === 'hello-ack') {
        ++joined;
        resolve();
      } else if (frame.kind === 'sync-tick') {
        latencies.push(now - frame.payload.serverTime);
      } else if (frame.kind === 'command') {
        ++received;
        latencies.push(now - frame.payload.sentAt);
        socket.send(JSON.stringify({ kind: 'ack', id: frame.id, status: 'ok', info: null }));
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      sockets.delete(socket);
      if (reconnecting) again(url, credentials);
    });
    sockets.add(socket);
  });
}

/** Reconnects like a display: after a short pause, and again until it succeeds. */
function again(url, credentials) {
  setTimeout(() => open(url, credentials).catch(() => {}), 200 + Math.random() * 800);
}

const orders = {
  async connect({ url, displays, parallel }) {
    const queue = [...displays];
    const work = async () => {
      for (let next = queue.pop(); next; next = queue.pop()) await open(url, next);
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return { open: sockets.size };
  },
  reset({ reconnect }) {
    latencies = [];
    received = 0;
    joined = 0;
    reconnecting = reconnect;
    return {};
  },
  report() {
    return { latencies, received, joined, open: sockets.size };
  },
  close() {
    reconnecting = false;
    for (const socket of sockets) socket.terminate();
    return {};
  },
};

process.on('message', async ({ id, order, with: options }) => {
  try {
    process.send({ id, answer: await orders[order](options) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
