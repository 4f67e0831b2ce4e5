// The attacker of attack.mjs, on a thread of its own. After the message 'stop' it posts how many
// requests of each kind it sent, by status.
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

const { port, site, rate, connections, posters, username, deviceIds } = workerData;
const tickMs = 20;
const held = { reopenMs: 50, openedPerTick: 50 };
const logBytes = 900 * 1024;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const random = (below) => Math.floor(Math.random() * below);

let going = true;
parentPort.once('message', () => { going = false; });
const counts = {};
const count = (kind, status) => {
  counts[kind] ??= {};
  counts[kind][status] = (counts[kind][status] ?? 0) + 1;
};

/** One of 256 IPv4 addresses or, with a site, one of 65,536 networks of it. */
function source() {
  if (site && random(2) === 0) {
    return { host: '::1', localAddress: `${site.replace('::/48', '')}:${random(65536).toString(16)}::${(1 + random(65535)).toString(16)}` };
  }
  return { host: '127.0.0.1', localAddress: `127.7.0.${random(256)}` };
}

const agents = new Map();
function agentOf(address) {
  if (agents.size > 1000) {
    agents.forEach((agent) => agent.destroy());
    agents.clear();
  }
  if (!agents.has(address)) agents.set(address, new Agent({ keepAlive: true, maxSockets: 4 }));
  return agents.get(address);
}

function send(kind, method, path, headers = {}, body = undefined) {
  const from = source();
  const bytes = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const end = (status, json) => { count(kind, status); resolve(json); };
    const call = request({ ...from, port, path, method, agent: agentOf(from.localAddress), timeout: 10_000,
      headers: { ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }), ...headers } },
    async (answer) => {
      const chunks = [];
      try {
        for await (const chunk of answer) chunks.push(chunk);
        end(answer.statusCode, kind === 'register' && answer.statusCode === 200 ? JSON.parse(Buffer.concat(chunks)) : undefined);
      } catch (error) {
        end(error.code);
      }
    });
    call.once('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    call.once('error', (error) => end(error.code));
    call.end(bytes);
  });
}

const registered = [];
const attacks = [
  () => send('forged id', 'GET', '/get-media?count=12', { 'x-device-id': deviceIds[random(deviceIds.length)] }),
  () => send('forged id', 'GET', '/get-config', { 'x-device-id': deviceIds[random(deviceIds.length)] }),
  () => send('password', 'POST', '/admin/login', {}, { username, password: `wrong ${random(1e9)}` }),
  () => send('token', 'GET', '/api/devices', { authorization: `Bearer mq_${random(1e9)}` }),
  () => send('pairing', 'POST', '/api/devices/pair', {}, { code: String(random(1e6)).padStart(6, '0') }),
  async () => {
    const device = await send('register', 'POST', '/api/devices/register', { 'x-install-id': `attacker-${random(1e9)}` }, { hardwareId: `attacker-${random(1e9)}` });
    if (device?.secret) registered.push(device);
  },
  () => send('heartbeat', 'POST', '/api/devices/heartbeat', {}, { deviceId: deviceIds[random(deviceIds.length)], secret: 'f'.repeat(64) }),
  () => send('image size', 'GET', `${posters[random(posters.length)]}&width=${1 + random(4000)}&height=${1 + random(4000)}`),
];

/** Connections that say nothing, or half a request, and WebSockets without a hello. */
async function holdConnections() {
  const open = new Set();
  const begin = () => {
    const { host, localAddress } = source();
    const socket = connect({ port, host, localAddress });
    const kind = random(3);
    open.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.once('connect', () => {
      count('held', 'opened');
      if (kind === 1) socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
      if (kind === 2) {
        socket.write('GET /ws/devices HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
      }
    });
    socket.once('close', () => open.delete(socket));
  };
  while (going) {
    for (let i = 0; i < held.openedPerTick && open.size < connections; ++i) begin();
    await pause(held.reopenMs);
  }
  count('held', `open at the end: ${open.size}`);
  open.forEach((socket) => socket.destroy());
}

/** Displays of the attacker that send large logs as fast as they may. */
async function sendLogs() {
  const frame = JSON.stringify({ kind: 'client-log', entries: [{ t: 1, level: 'warn', message: 'm'.repeat(logBytes) }] });
  const sockets = new Set();
  while (going) {
    if (sockets.size < 8 && registered.length > 0) {
      const device = registered.shift();
      const { host, localAddress } = source();
      const socket = new WebSocket(`ws://${host === '::1' ? '[::1]' : host}:${port}/ws/devices`, { localAddress });
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', (code) => { count('logs', `closed ${code}`); sockets.delete(socket); });
      socket.once('open', () => socket.send(JSON.stringify({ kind: 'hello', deviceId: device.deviceId, secret: device.secret })));
    }
    for (const socket of sockets) {
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount === 0) {
        socket.send(frame);
        count('logs', 'sent');
      }
    }
    await pause(200);
  }
  sockets.forEach((socket) => socket.terminate());
}

const background = [holdConnections(), sendLogs()];
let due = 0;
let next = 0;
let open = 0;
while (going) {
  due += (rate * tickMs) / 1000;
  for (; due >= 1 && open < 256; --due) {
    ++open;
    attacks[next++ % attacks.length]().finally(() => { --open; });
  }
  due = Math.min(due, rate);
  await pause(tickMs);
}
await Promise.all(background);
agents.forEach((agent) => agent.destroy());
parentPort.postMessage(counts);
