// Malicious clients beside a regular one:
//   node slow_clients.mjs [--seconds N] [--connections N] [--half-open N]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { bin, playlistOf, startSuite } from '../support/suite.mjs';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' }, connections: { type: 'string', default: '1000' },
    'half-open': { type: 'string', default: '10000' } },
});
const seconds = Number(flags.seconds);
const most = { p99: 100, megabytes: 400 };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** A regular display that sends requests during an attack. */
class Display {
  constructor(base, items) {
    const urls = [`${base}/get-media?count=12`, ...items.slice(0, 6).map((item) => `${base}${item.posterUrl}&width=300&height=450`)];
    this.worker = new Worker(new URL('./honest_display.mjs', import.meta.url), { workerData: { urls } });
    this.saw = new Promise((resolve, reject) => {
      this.worker.once('message', resolve);
      this.worker.once('error', reject);
    });
  }
  stop() {
    this.worker.postMessage('stop');
    return this.saw;
  }
}

/** slowhttptest with these arguments, for as long as an attack lasts. */
function slowhttptest(...args) {
  return async () => {
    const child = spawn('slowhttptest', [...args, '-c', flags.connections, '-r', '500', '-l', flags.seconds], { stdio: 'ignore' });
    const began = Date.now();
    await new Promise((resolve) => child.once('exit', resolve));
    // slowhttptest ends at once if its arguments are invalid, and early if it cannot connect.
    if (Date.now() - began < 1000) throw new Error(`slowhttptest ${args.join(' ')} did nothing`);
  };
}

/** Connections that run `speak` until the attack ends; closed ones are replaced. */
function sockets(target, count, speak) {
  return async () => {
    const open = new Set();
    const until = Date.now() + seconds * 1000;
    let cut = 0;
    const begin = () => {
      const socket = connect(Number(target.port), target.hostname);
      open.add(socket);
      socket.on('error', () => {});
      socket.once('connect', () => speak(socket));
      socket.on('data', () => {});
      socket.once('close', () => {
        open.delete(socket);
        ++cut;
        if (Date.now() < until) setTimeout(begin, 50);
      });
    };
    while (open.size < count && Date.now() < until) {
      for (let i = 0; i < 250 && open.size < count; ++i) begin();
      await pause(20);
    }
    const reached = open.size;
    await pause(Math.max(0, until - Date.now()));
    open.forEach((socket) => socket.destroy());
    return `${reached} open, ${cut} cut`;
  };
}

/** Sends the same bytes repeatedly, as fast as they are accepted. */
const flood = (first, piece) => (socket) => {
  socket.write(first);
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
};

function memory(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const suite = await startSuite('allinone', {
  sources: [{ name: 'Demo', type: 'local', path: join(bin, '../share/marquee/demo') }],
  gateway: { log_level: 'error', http: { max_connections: 12000 }, limits: { display_per_second: 0, device_per_second: 0 } } });
const failed = [];
try {
  const items = await playlistOf(suite, 6);
  const target = new URL(suite.base);
  const poster = `${suite.base}${items[0].posterUrl}`;
  const head = 'Host: x\r\nX-Filler: ';
  const smuggled = [
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n Content-Length: 5\r\n\r\nabcde',
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'];
  const attacks = {
    'nothing': async () => pause(seconds * 1000),
    'slow headers (slowloris)': slowhttptest('-H', '-i', '5', '-u', suite.base),
    'slow bodies (R-U-Dead-Yet)': slowhttptest('-B', '-i', '5', '-s', '8192', '-t', 'POST', '-u', `${suite.base}/api/devices/check`),
    'ranges (Apache killer)': slowhttptest('-R', '-a', '1', '-b', '3000', '-t', 'HEAD', '-u', poster),
    'slow reading': slowhttptest('-X', '-w', '512', '-y', '1024', '-n', '5', '-z', '32', '-k', '3', '-u', poster),
    'half-open connections': sockets(target, Number(flags['half-open']), () => {}),
    'header flood': sockets(target, 64, flood(`GET / HTTP/1.1\r\n${head}`, 'a'.repeat(16384))),
    'body flood': sockets(target, 64, flood('POST /api/devices/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n', 'b'.repeat(65536))),
    'chunks without end': sockets(target, 64, flood('POST /api/devices/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nc\r\n'.repeat(2000))),
    'smuggling': sockets(target, 64, (socket) => socket.write(smuggled[Math.floor(Math.random() * smuggled.length)])),
  };
  console.log(`${''.padEnd(28)} ${'asked'.padStart(6)} ${'p50'.padStart(9)} ${'p99'.padStart(9)} ${'failed'.padStart(7)} ${'memory'.padStart(8)}`);
  for (const [name, attack] of Object.entries(attacks)) {
    const display = new Display(suite.base, items);
    const note = await attack();
    const seen = await display.stop();
    const resident = memory(suite.gateway.child.pid);
    console.log(`${name.padEnd(28)} ${String(seen.asked).padStart(6)} ${seen.p50.toFixed(1).padStart(6)} ms ${seen.p99.toFixed(1).padStart(6)} ms ` +
      `${String(seen.failed).padStart(7)} ${resident.toFixed(0).padStart(5)} MB${note ? `  ${note}` : ''}`);
    if (seen.p99 > most.p99) failed.push(`${name}: p99 ${seen.p99.toFixed(0)} ms`);
    if (seen.failed > 0) failed.push(`${name}: ${seen.failed} of ${seen.asked} failed`);
    if (resident > most.megabytes) failed.push(`${name}: ${resident.toFixed(0)} MB`);
  }
} finally {
  await suite.stop();
  suite.folder.remove();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
