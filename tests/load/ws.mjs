// Many displays on one gateway, compared with a Node server: node ws.mjs {--displays N} {--ticks N}
import { fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { post, registerMany } from '../support/device.mjs';
import { Fleet } from '../support/fleet.mjs';
import { adminToken } from '../support/suite.mjs';

const { values } = parseArgs({ options: {
  displays: { type: 'string', default: '10000' }, ticks: { type: 'string', default: '4' },
  processes: { type: 'string', default: '5' } } });
const count = Number(values.displays);
const ticks = Number(values.ticks);
const processes = Number(values.processes);
const admin = { authorization: `Bearer ${adminToken}` };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const residentKb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

class Clients {
  constructor() {
    this.next = 0;
    this.waiting = new Map();
    this.all = Array.from({ length: processes }, () => {
      const child = fork(new URL('ws_clients.mjs', import.meta.url));
      child.on('message', ({ id, answer, error }) => {
        const { resolve, reject } = this.waiting.get(id);
        this.waiting.delete(id);
        error ? reject(new Error(error)) : resolve(answer);
      });
      return child;
    });
  }
  ask(child, order, options = {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.next;
      this.waiting.set(id, { resolve, reject });
      child.send({ id, order, with: options });
    });
  }
  every(order, options) {
    return Promise.all(this.all.map((child) => this.ask(child, order, options)));
  }
  connect(url, displays) {
    return Promise.all(this.all.map((child, i) =>
      this.ask(child, 'connect', { url, displays: displays.filter((_, d) => d % processes === i), parallel: 20 })));
  }
  async reports() {
    const all = await this.every('report');
    return {
      latencies: all.flatMap((each) => each.latencies).sort((a, b) => a - b),
      received: all.reduce((sum, each) => sum + each.received, 0),
      joined: all.reduce((sum, each) => sum + each.joined, 0) };
  }
  end() {
    this.all.forEach((child) => child.kill());
  }
}

/** Connects in steps, and measures the server's memory at each. */
async function measure(server, displays) {
  const clients = new Clients();
  const figures = { name: server.name, bytes: {}, connectsPerSecond: 0 };
  try {
    const url = server.base.replace(/^http/, 'ws') + '/ws/devices';
    const idle = residentKb(server.pid());
    let connected = 0;
    let seconds = 0;
    for (const step of [2000, 5000, 10_000].map((n) => Math.min(n, count))) {
      if (step <= connected) continue;
      const began = performance.now();
      await clients.connect(url, displays.slice(connected, step));
      seconds += (performance.now() - began) / 1000;
      connected = step;
      await pause(2000);  // memory of the handshakes is freed by now
      figures.bytes[step] = Math.round((residentKb(server.pid()) - idle) * 1024 / step);
    }
    figures.connectsPerSecond = Math.round(connected / seconds);

    await clients.every('reset', { reconnect: false });
    await pause(15_000 * ticks + 1000);
    const tick = (await clients.reports()).latencies;
    figures.tick = { received: tick.length, p50: percentile(tick, 0.5), p99: percentile(tick, 0.99), max: tick.at(-1) };

    if (server.command) {
      await clients.every('reset', { reconnect: false });
      await server.command(displays.slice(0, connected));
      for (let i = 0; i < 300 && (await clients.reports()).received < connected; ++i) await pause(100);
      const { latencies, received } = await clients.reports();
      figures.command = { received, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
    }

    await clients.every('reset', { reconnect: true });
    const killed = performance.now();
    await server.restart();
    let joined = 0;
    for (let i = 0; i < 1200 && joined < connected; ++i) {
      await pause(100);
      ({ joined } = await clients.reports());
    }
    figures.reconnect = { joined, seconds: (performance.now() - killed) / 1000 };
    await clients.every('close');
  } finally {
    clients.end();
  }
  return figures;
}

async function registerAll(base) {
  const began = performance.now();
  const displays = await registerMany(base, count);
  console.log(`registered ${count} displays, ${Math.round(count / ((performance.now() - began) / 1000))} per second`);
  return displays;
}

async function gatewayServer() {
  const fleet = await Fleet.start({ gateway: { http: { max_connections: count + 1000 } } });
  return {
    name: 'gateway', base: fleet.base, fleet,
    pid: () => fleet.programs.gateway.child.pid,
    restart: () => fleet.killAndRestart('gateway'),
    command: async (displays) => {
      const answer = await post(fleet.base, '/api/devices/command', {
        deviceIds: displays.map((display) => display.deviceId),
        command: { type: 'remote.key', payload: { sentAt: Date.now() } } }, admin);
      if (answer.status !== 200) throw new Error(`command: ${answer.status} ${answer.text}`);
    },
    stop: () => fleet.stop() };
}

async function nodeServer() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  let child;
  const start = () => new Promise((resolve) => {
    child = spawn(process.execPath, [new URL('ws_server.mjs', import.meta.url).pathname, String(port)]);
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const kill = () => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
  await start();
  return {
    name: 'node ws', base: `http://127.0.0.1:${port}`, pid: () => child.pid,
    restart: async () => {
      await kill();
      await start();
    },
    stop: kill };
}

const gateway = await gatewayServer();
let ours;
try {
  ours = await measure(gateway, await registerAll(gateway.base));
} finally {
  await gateway.stop();
}
const node = await nodeServer();
let theirs;
try {
  theirs = await measure(node, Array.from({ length: count }, (_, i) => ({ deviceId: `d-${i}`, secret: 'secret' })));
} finally {
  await node.stop();
}
for (const figures of [ours, theirs]) console.log(JSON.stringify(figures));
const ratio = (a, b) => (a / b).toFixed(2);
const most = Math.max(...Object.keys(ours.bytes).map(Number));
console.log(`gateway / node ws: bytes per socket ${ratio(ours.bytes[most], theirs.bytes[most])}, ` +
  `connects per second ${ratio(ours.connectsPerSecond, theirs.connectsPerSecond)}, ` +
  `tick p99 ${ratio(ours.tick.p99, theirs.tick.p99)}, reconnect ${ratio(ours.reconnect.seconds, theirs.reconnect.seconds)}`);
