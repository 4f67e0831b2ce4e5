// Starts the real programs on free ports for a test, in either shape: `allinone` (one process) or
// `four` (playlist, imageproc, devices and gateway as separate processes). The object has
// everything that a test may inspect: base address, log lines, processes.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const bin = process.env.MARQUEE_BIN ?? new URL('../../build/release/bin/', import.meta.url).pathname;
export const adminToken = 'test-admin-token-0123456789';

/** One program. Resolves when it has printed its ready line; rejects if it ends before. */
export class Program {
  /** more: {descriptors: its limit of open files, stderr: a descriptor that gets its log instead of `logs`} */
  constructor(name, args, env = {}, more = {}) {
    this.name = name;
    this.logs = [];
    this.errors = [];
    const limit = more.descriptors ? ['prlimit', `--nofile=${more.descriptors}:${more.descriptors}`] : [];
    const [file, ...rest] = [...limit, join(bin, name), ...args];
    this.child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', more.stderr ?? 'pipe'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...sanitizerOptions(), ...env },
    });
    this.exited = new Promise((resolve) => {
      // "close" follows "exit" when all output has been read.
      this.child.once('close', (code, signal) => resolve({ code, signal }));
      this.child.once('error', (error) => resolve({ code: error.message, signal: null }));
    });
    if (this.child.stderr) {
      createInterface({ input: this.child.stderr }).on('line', (line) => {
        try {
          this.logs.push(JSON.parse(line));
        } catch {
          this.errors.push(line);
        }
      });
    }
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const address = /listening on (\S+)$/.exec(line)?.[1];
        if (address) resolve(address);
      });
      this.exited.then(({ code, signal }) =>
        reject(new Error(`${name} ended (${signal ?? code}) before it served: ${this.errors.join('\n')}`)));
    });
    this.ready.catch(() => {});
  }

  /** SIGTERM, then its exit code. */
  async stop() {
    this.child.kill('SIGTERM');
    return await this.exited;
  }

  /** kill -9. */
  async kill() {
    this.child.kill('SIGKILL');
    return await this.exited;
  }

  /** The address of /metrics, if it has a separate listener. */
  get ops() {
    const address = this.logs.find((line) => 'ops_address' in line)?.ops_address;
    return address && `http://${address}`;
  }
}

function sanitizerOptions() {
  const kept = {};
  for (const name of ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS']) {
    if (process.env[name]) kept[name] = process.env[name];
  }
  return kept;
}

/** A temporary folder for the test, removed by `remove()`. */
export class Folder {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'marquee-e2e-'));
  }
  write(name, contents) {
    const file = join(this.path, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, contents);
    return file;
  }
  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Settings as YAML; JSON is YAML. */
function configFile(folder, name, settings) {
  return folder.write(`${name}.yaml`, JSON.stringify(settings, null, 2));
}

class Suite {
  constructor(folder, programs) {
    this.folder = folder;
    this.programs = programs;
  }
  get gateway() {
    return this.programs.at(-1);
  }
  program(name) {
    return this.programs.find((program) => program.name === name);
  }
  get logs() {
    return this.programs.flatMap((program) => program.logs);
  }
  async stop() {
    // Gateway first, so that no program calls a stopped one.
    const ends = [];
    for (const program of [...this.programs].reverse()) ends.push(await program.stop());
    return ends;
  }
  async kill() {
    for (const program of this.programs) await program.kill();
  }
  /** Text of /metrics of every program, one after another. */
  async metrics() {
    const texts = [];
    for (const program of this.programs) {
      texts.push(await (await fetch(`${program.ops ?? this.base}/metrics`)).text());
    }
    return texts.join('\n');
  }
  /** The value of one series; 0 if it does not exist. */
  async metric(name, labels = {}) {
    return metricValue(await this.metrics(), name, labels);
  }
}

export function metricValue(text, name, labels = {}) {
  let sum = 0;
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!match || match[1] !== name) continue;
    const has = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1], m[2]]));
    if (Object.entries(labels).every(([key, value]) => has[key] === value)) sum += Number(match[3]);
  }
  return sum;
}

/**
 * @param {'allinone'|'four'} shape
 * @param {{sources: object[], folder?: Folder, playlist?: object, image?: object, gateway?: object, data?: string, ops?: object, process?: object}} options
 *   folder: reuse the data of an earlier run; data: folder of all stored data; ops: further settings of
 *   every program; process: see Program
 */
export async function startSuite(shape, options) {
  const folder = options.folder ?? new Folder();
  const data = options.data ?? join(folder.path, 'data');
  const admin = { token: adminToken };
  // Tests poll what administrators see.
  const gateway = { ...options.gateway, limits: { admin_per_minute: 0, ...options.gateway?.limits } };
  const common = { listen: '127.0.0.1:0', log_level: 'debug', ...options.ops };
  const programs = [];
  const start = async (name, settings) => {
    const program = new Program(name, ['--config', configFile(folder, name, settings)], options.env, options.process);
    programs.push(program);
    try {
      const address = await program.ready;
      // Logged before the ready line, but on another pipe.
      if (settings.ops_listen) await until(() => program.ops);
      return address;
    } catch (error) {
      await Promise.all(programs.map((each) => each.kill()));
      throw error;
    }
  };

  let base;
  if (shape === 'allinone') {
    base = await start('marquee', {
      ...common, data_dir: data, admin, sources: options.sources, playlist: options.playlist ?? {},
      image: options.image ?? {}, ...gateway });
  } else {
    const rpc = { shared_secret_file: join(folder.path, 'rpc.secret') };
    const ops = { ...common, ops_listen: '127.0.0.1:0', rpc };
    const host = (address) => address.replace(/^grpc:\/\//, '');
    const devices = host(await start('marquee-devices', { ...ops, data_dir: join(data, 'devices') }));
    const playlist = host(await start('marquee-playlist', {
      ...ops, data_dir: join(data, 'playlist'), sources: options.sources, playlist: options.playlist ?? {},
      backends: { devices } }));
    const imageproc = host(await start('marquee-imageproc', {
      ...ops, data_dir: join(data, 'imageproc'), backends: { playlist }, image: options.image ?? {} }));
    base = await start('marquee-gateway', {
      ...ops, admin, backends: { playlist, imageproc, devices }, ...gateway });
  }
  const suite = new Suite(folder, programs);
  suite.base = base;
  return suite;
}

/** Polls until `check` accepts the response; the test's own time-out limits it. */
export async function until(ask, check = Boolean) {
  for (;;) {
    const answer = await ask();
    if (check(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The playlist, once it has at least `count` items. */
export async function playlistOf(suite, count = 1) {
  return await until(async () => {
    const answer = await fetch(`${suite.base}/get-media`);
    const body = await answer.json();
    return Array.isArray(body) ? body : [];
  }, (items) => items.length >= count);
}
