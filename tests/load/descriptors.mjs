// Shortages of what the operating system gives, on the all-in-one and the four programs:
//   node descriptors.mjs [--limits 60,128,1024] [--shapes allinone,four] [--within SECONDS]
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { post } from '../support/device.mjs';
import { grpcServing } from '../support/grpc.mjs';
import { Folder, bin, startSuite, until } from '../support/suite.mjs';

const { values: flags } = parseArgs({ options: {
  limits: { type: 'string', default: '60,128,1024' }, shapes: { type: 'string', default: 'allinone,four' },
  within: { type: 'string', default: '5' } } });
const withinMs = Number(flags.within) * 1000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sources = [{ name: 'Demo', type: 'local', path: join(bin, '../share/marquee/demo') }];
let failures = 0;

function report(what, ok, text) {
  if (!ok) ++failures;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${text}`);
}

/** The response to a GET within `ms`: {status, text}; status 0: none. */
async function get(url, ms = 1000) {
  try {
    // A connection of its own, as a new client has.
    const response = await fetch(url, { signal: AbortSignal.timeout(ms), headers: { connection: 'close' } });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

/** All ports of a suite: {name, address: {host, port}, answers: () => Promise<bool>}. */
async function portsOf(suite) {
  const ports = [];
  for (const program of suite.programs) {
    const main = await program.ready;
    // Its address is in the log, which may arrive after the ready line.
    if (program.child.stderr) await until(() => program.ops);
    const url = new URL(main.replace('grpc:', 'http:'));
    const answers = main.startsWith('grpc:')
      ? () => grpcServing(main, 1000)
      : async () => [200, 202].includes((await get(`${main}/get-media`)).status);
    ports.push({ program, name: `${program.name} ${main.startsWith('grpc:') ? 'gRPC' : 'HTTP'}`, url, answers });
    if (program.ops) {
      ports.push({ program, name: `${program.name} ops`, url: new URL(program.ops),
        answers: async () => (await get(`${program.ops}/readyz`)).status === 200 });
    }
  }
  return ports;
}

/** Milliseconds until every port answers; null: not within the limit. */
async function recovery(ports) {
  const began = performance.now();
  let missing = ports;
  for (;;) {
    const answered = await Promise.all(missing.map(({ answers }) => answers()));
    missing = missing.filter((_, index) => !answered[index]);
    const took = performance.now() - began;
    if (!missing.length) return { ms: Math.round(took), missing };
    if (took > withinMs) return { ms: null, missing };
    await pause(50);
  }
}

function reportRecovery(what, { ms, missing }, note = '') {
  report(what, ms !== null, ms === null
    ? `no normal answer within ${flags.within} s from ${missing.map(({ name }) => name).join(', ')}${note}`
    : `all ports answer after ${ms} ms${note}`);
}

/** Opens `count` connections that send nothing. */
async function holdConnections({ hostname, port }, count) {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    return socket;
  });
  await pause(2500); // for the programs to accept them, and to look at their descriptors once
  return { release: () => sockets.forEach((socket) => socket.destroy()) };
}

/** Why a program says that it is not ready. */
async function reasonOf(program) {
  const { status, text } = await get(`${program.ops}/readyz`, 300);
  return status ? `${status} ${text.trim()}` : 'no answer';
}

async function withSuite(shape, options, act) {
  const folder = new Folder();
  let suite;
  try {
    const limits = { display_per_second: 0, device_per_second: 0, api_per_minute: 0 };
    suite = await startSuite(shape, { folder, sources, gateway: { limits }, ...options, ops: { ops_listen: '127.0.0.1:0', ...options.ops } });
    await act(suite);
  } catch (error) {
    report(`${shape} ${options.what}`, false, error.message);
  } finally {
    const ended = suite && await Promise.race([suite.stop(), pause(20_000)]);
    if (suite && !ended) {
      report(`${shape} ${options.what}`, false, 'does not end after SIGTERM');
      await suite.kill();
    }
    folder.remove();
  }
}

/** More connections than descriptors at one port after another. */
async function connectionsAbove(shape, limit) {
  await withSuite(shape, { what: `limit ${limit}`, process: { descriptors: limit }, ops: { log_level: 'info' } }, async (suite) => {
    const ports = await portsOf(suite);
    reportRecovery(`${shape} limit ${limit}, before`, await recovery(ports));
    for (const { program, name, url } of ports) {
      const held = await holdConnections(url, limit + 50);
      const reason = await reasonOf(program);
      held.release();
      reportRecovery(`${shape} limit ${limit}, ${limit + 50} connections at ${name}`, await recovery(ports),
        ` (meanwhile /readyz of ${program.name}: ${reason})`);
    }
  });
}

/** Silent connections at the ops ports: the others are answered meanwhile. */
async function silentOpsClients(shape) {
  await withSuite(shape, { what: 'silent ops clients' }, async (suite) => {
    const ports = await portsOf(suite);
    await recovery(ports);
    const held = await Promise.all(suite.programs.map(({ ops }) => holdConnections(new URL(ops), 64)));
    reportRecovery(`${shape} 64 silent connections at each ops port, meanwhile`, await recovery(ports));
    held.forEach(({ release }) => release());
    reportRecovery(`${shape} 64 silent connections at each ops port, afterwards`, await recovery(ports));
  });
}

/** A pipe that is full and not read, as the standard error of the programs. */
class FullPipe {
  constructor(folder) {
    const path = join(folder.path, 'stderr');
    execFileSync('mkfifo', [path]);
    this.reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.end = openSync(path, constants.O_WRONLY);
    const lines = Buffer.alloc(4096, '\n');
    try {
      for (;;) writeSync(this.reader, lines);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
  /** What was written until `pattern` appears or the time is over. */
  async readUntil(pattern) {
    const buffer = Buffer.alloc(65536);
    let text = '';
    const until = performance.now() + withinMs;
    while (performance.now() < until && !pattern.test(text)) {
      try {
        text += buffer.toString('utf8', 0, readSync(this.reader, buffer));
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
        await pause(20);
      }
    }
    return text;
  }
  close() {
    closeSync(this.reader);
    closeSync(this.end);
  }
}

async function silentStandardError(shape) {
  const folder = new Folder();
  const pipe = new FullPipe(folder);
  await withSuite(shape, { what: 'silent stderr', process: { stderr: pipe.end }, ops: { ops_listen: '' } }, async (suite) => {
    const ports = await portsOf(suite);
    // Far more debug lines than the pipe and the queue in front of it take.
    for (let round = 0; round < 40; ++round) {
      await Promise.all(Array.from({ length: 250 }, () => get(`${suite.base}/no-such-page-${round}`, 5000)));
    }
    reportRecovery(`${shape} standard error not read, meanwhile`, await recovery(ports));
    const began = performance.now();
    const text = await pipe.readUntil(/"msg":"/);
    report(`${shape} standard error read again`, /"msg":"/.test(text),
      `log lines after ${Math.round(performance.now() - began)} ms`);
    reportRecovery(`${shape} standard error read again`, await recovery(ports));
  });
  pipe.close();
  folder.remove();
}

/** A full disk: answers meanwhile may be errors, but are given; writes work again afterwards. */
async function fullDisk(shape) {
  if (process.getuid() !== 0) {
    console.log(`skip ${shape} full disk: needs root to mount a tmpfs`);
    return;
  }
  const disk = new Folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk.path], { stdio: 'pipe' });
  } catch (error) {
    console.log(`skip ${shape} full disk: ${error.message.trim()}`);
    disk.remove();
    return;
  }
  const filler = join(disk.path, 'filler');
  try {
    await withSuite(shape, { what: 'full disk', data: join(disk.path, 'data'), image: { min_free_mb: 0, disk_mb: 8 } }, async (suite) => {
      const ports = await portsOf(suite);
      await recovery(ports);
      let count = 0;
      const register = async () => (await post(suite.base, '/api/devices/register', {
        hardwareId: `full-disk-${++count}`, installId: `11111111-1111-4111-8111-${String(count).padStart(12, '0')}` },
        {}, `127.0.9.${1 + (count % 250)}`)).status;
      const writable = { name: 'registration of a display', answers: async () => [200, 201].includes(await register()) };
      reportRecovery(`${shape} full disk, before`, await recovery([writable]));
      const { bavail, bsize } = statfsSync(disk.path);
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize + bsize));
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      }
      const statuses = [];
      for (let i = 0; i < 50; ++i) statuses.push(await register());
      reportRecovery(`${shape} full disk, meanwhile`, await recovery(ports),
        `; registrations are answered ${[...new Set(statuses)].join(', ')}`);
      rmSync(filler);
      reportRecovery(`${shape} full disk, afterwards`, await recovery([...ports, writable]));
    });
  } finally {
    execFileSync('umount', ['--lazy', disk.path]);
    disk.remove();
  }
}

for (const shape of flags.shapes.split(',')) {
  for (const limit of flags.limits.split(',').filter(Boolean)) await connectionsAbove(shape, Number(limit));
  await silentOpsClients(shape);
  await silentStandardError(shape);
  await fullDisk(shape);
}
console.log(failures ? `${failures} failed` : 'all recovered');
process.exit(failures ? 1 : 0);
