// A Node server on `ws` with the same work as the gateway: hello with credentials, acknowledgement,
// a tick to all, pings. node ws_server.mjs PORT
import { createHash, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const { WebSocketServer } = require('ws');

const period = 15_000;
const hash = (secret) => createHash('sha256').update(secret).digest();
const expected = hash('secret');  // all displays have the same secret here
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', path: '/ws/devices', perMessageDeflate: false, maxPayload: 1 << 20 });
const byDevice = new Map();

server.on('connection', (socket) => {
  let device;
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.kind !== 'hello') return;
    if (!timingSafeEqual(hash(frame.secret), expected)) return socket.close(1008, 'Unauthorized');
    device = frame.deviceId;
    byDevice.get(device)?.close(4000, 'replaced');
    byDevice.set(device, socket);
    socket.send(JSON.stringify({ kind: 'hello-ack', serverTime: Date.now() }));
  });
  socket.on('close', () => {
    if (byDevice.get(device) === socket) byDevice.delete(device);
  });
});

let announced = 0;
setInterval(() => {
  const now = Date.now();
  const nextAt = (Math.floor(now / period) + 1) * period;
  if (nextAt - now > 800 || announced === nextAt) return;
  announced = nextAt;
  const frame = JSON.stringify({ kind: 'sync-tick', payload: { serverTime: now, periodMs: period, nextAt } });
  for (const socket of byDevice.values()) socket.send(frame);
}, 200);
setInterval(() => {
  for (const socket of byDevice.values()) socket.ping();
}, 30_000);
server.on('listening', () => console.log(`listening on http://127.0.0.1:${process.argv[2]}`));
