// The four programs under load while their backends are killed and restarted:
//   node kill_backends.mjs [--rate N] [--sockets N] [--away N]
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Socket, register } from '../support/device.mjs';
import { Folder, Program, adminToken, bin, until } from '../support/suite.mjs';

const { values: flags } = parseArgs({
  options: { rate: { type: 'string', default: '500' }, sockets: { type: 'string', default: '1000' }, away: { type: 'string', default: '5' } } });
const awayMs = Number(flags.away) * 1000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const folder = new Folder();
const data = (name) => join(folder.path, name);
const port = {};
for (const name of ['playlist', 'imageproc', 'devices', 'gatewayA', 'gatewayB']) port[name] = await freePort();
const at = (name) => `127.0.0.1:${port[name]}`;
const limits = { display_per_second: 0, device_per_second: 0, api_per_minute: 0, admin_per_minute: 0 };
const gateway = { admin: { token: adminToken }, limits, drain_timeout: '5s',
  backends: { playlist: at('playlist'), imageproc: at('imageproc'), devices: at('devices') } };
const settings = {
  playlist: ['marquee-playlist', { data_dir: data('playlist'), backends: { devices: at('devices') },
    sources: [{ name: 'Demo', type: 'local', path: join(bin, '../share/marquee/demo') }] }],
  imageproc: ['marquee-imageproc', { data_dir: data('imageproc'), backends: { playlist: at('playlist') } }],
  devices: ['marquee-devices', { data_dir: data('devices') }],
  gatewayA: ['marquee-gateway', gateway], gatewayB: ['marquee-gateway', gateway] };
const running = {};

async function start(name) {
  const [program, own] = settings[name];
  const file = folder.write(`${name}.yaml`, JSON.stringify({ listen: at(name), log_level: 'error', ...own }));
  running[name] = new Program(program, ['--config', file]);
  await running[name].ready;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One GET: its status; 0 if the connection failed before a response. */
function ask(base, path, headers = {}) {
  return new Promise((resolve) => {
    request(base + path, { agent, headers, timeout: 8000 }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode, retry: answer.headers['retry-after'] }));
      answer.once('error', () => resolve({ status: 0 }));
    }).once('error', () => resolve({ status: 0 })).once('timeout', function () { this.destroy(); }).end();
  });
}

/** Sends requests to the two gateways like a load balancer: to ready ones, and to another if a connection fails. */
class Balancer {
  constructor(names) {
    this.listeners = names.map((name) => ({ base: `http://${at(name)}`, ready: true }));
    this.turn = 0;
    this.watching = setInterval(async () => {
      for (const listener of this.listeners) listener.ready = (await ask(listener.base, '/readyz')).status === 200;
    }, 100);
  }
  async ask(path, headers) {
    const ready = this.listeners.filter(({ ready }) => ready);
    const order = ready.length ? ready : this.listeners;
    // The gateway after the one that failed, independent of other requests.
    const first = this.turn++;
    let answer;
    for (let i = 0; i < order.length + 1; ++i) {
      answer = await ask(order[(first + i) % order.length].base, path, headers);
      if (answer.status !== 0) break;
    }
    return answer;
  }
  stop() {
    clearInterval(this.watching);
  }
}

/** --rate requests per second, counted by kind of request and result. */
class Load {
  constructor(balancer, kinds) {
    this.tally = {};
    this.pending = new Set();
    const names = Object.keys(kinds);
    let n = 0;
    const step = 10;
    this.timer = setInterval(() => {
      for (let i = 0; i < Number(flags.rate) * step / 1000; ++i) {
        const name = names[n++ % names.length];
        const one = balancer.ask(...kinds[name](n)).then(({ status, retry }) => {
          const outcome = status === 503 && retry ? '503+retry' : String(status);
          this.tally[name] ??= {};
          this.tally[name][outcome] = (this.tally[name][outcome] ?? 0) + 1;
          this.pending.delete(one);
        });
        this.pending.add(one);
      }
    }, step);
  }
  async stop() {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    return this.tally;
  }
}

const failed = [];
const bad = (tally, allowed) => Object.entries(tally).flatMap(([name, outcomes]) => Object.entries(outcomes)
  .filter(([outcome]) => outcome === '0' || (outcome.startsWith('5') && !(allowed[name] ?? []).includes(outcome)))
  .map(([outcome, count]) => `${name}: ${count} times ${outcome}`));

try {
  for (const name of Object.keys(settings)) await start(name);
  const balancer = new Balancer(['gatewayA', 'gatewayB']);
  const items = await until(async () => await (await fetch(`http://${at('gatewayA')}/get-media`)).json(), (body) => body.length >= 6);
  const warm = items.slice(0, 6).map(({ posterUrl }) => `${posterUrl}&width=300&height=450`);
  for (const name of ['gatewayA', 'gatewayB']) for (const path of warm) await ask(`http://${at(name)}`, path);
  const admin = { authorization: `Bearer ${adminToken}` };

  const devices = [];
  for (let i = 0; i < Number(flags.sockets); i += 50) {
    devices.push(...await Promise.all(Array.from({ length: Math.min(50, Number(flags.sockets) - i) }, (_, k) =>
      register(`http://${at('gatewayA')}`, `hw-${i + k}`))));
  }
  const sockets = await Promise.all(devices.map((device, i) => Socket.hello(`http://${at(i % 2 ? 'gatewayA' : 'gatewayB')}`, device)));
  console.log(`${sockets.length} sockets, ${flags.rate} requests per second`);

  const kinds = {
    media: (n) => [`/get-media?count=${1 + (n % 50)}`], config: () => ['/get-config'], warm: (n) => [warm[n % warm.length]],
    cold: (n) => [`${items[n % items.length].posterUrl}&width=${100 + (n % 3000)}`], health: () => ['/health'] };
  // The errors allowed while a backend is stopped, and how its return is detected.
  const cases = {
    playlist: { allowed: { cold: ['503+retry'] }, probe: () => ask(`http://${at('gatewayA')}`, '/api/v2/playlist', admin) },
    imageproc: { allowed: { cold: ['503+retry'] }, probe: (n) => ask(`http://${at('gatewayA')}`, `${items[0].posterUrl}&width=${3001 + (n % 900)}`) },
    // More new images than two cores can process are rejected too, whichever backend is stopped.
    devices: { allowed: { cold: ['503+retry'] }, probe: () => ask(`http://${at('gatewayA')}`, '/api/devices', admin) } };

  for (const [name, { allowed, probe }] of Object.entries(cases)) {
    const load = new Load(balancer, kinds);
    await pause(1000);
    await running[name].kill();
    await pause(awayMs);
    await start(name);
    const back = performance.now();
    let n = 0;
    await until(() => probe(n++), ({ status }) => status === 200);
    const took = performance.now() - back;
    await pause(1000);
    const tally = await load.stop();
    console.log(`${name} killed for ${flags.away} s: ${JSON.stringify(tally)}; back in use after ${took.toFixed(0)} ms`);
    failed.push(...bad(tally, allowed).map((line) => `${name} away: ${line}`));
    if (took > 2000) failed.push(`${name} back only after ${took.toFixed(0)} ms`);
  }
  const open = sockets.filter(({ socket }) => socket.readyState === 1).length;
  console.log(`${open} of ${sockets.length} sockets are open still`);

  const load = new Load(balancer, { media: kinds.media, config: kinds.config, warm: kinds.warm, health: kinds.health });
  for (const name of ['gatewayA', 'gatewayB']) {
    await pause(1000);
    await running[name].stop();
    await start(name);
    await until(() => ask(`http://${at(name)}`, '/readyz'), ({ status }) => status === 200);
  }
  await pause(1000);
  const tally = await load.stop();
  console.log(`rolling restart: ${JSON.stringify(tally)}`);
  failed.push(...bad(tally, {}).map((line) => `rolling restart: ${line}`));
  balancer.stop();
  sockets.forEach((socket) => socket.close());
} finally {
  agent.destroy();
  await Promise.all(Object.values(running).map((program) => program.kill()));
  folder.remove();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
