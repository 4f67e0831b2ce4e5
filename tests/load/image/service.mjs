// Shared by the load scripts: image_load as a tool and as the origin of all images, and the real
// program that uses it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { bin, Program } from '../../support/suite.mjs';

const tool = join(bin, 'image_load');

export const load = (...args) => execFileSync(tool, args.map(String), { encoding: 'utf8' });
export const measure = (...args) => JSON.parse(load(...args));

/** The same without blocking; returns the exit code and the output. */
export async function measureAsync(...args) {
  const child = spawn(tool, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, ...(text ? JSON.parse(text) : {}) };
}

/** Creates an image if it does not exist: image_load source. */
export function image(folder, name, width, height, kind) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  if (!existsSync(file)) load('source', width, height, file, kind);
  return file;
}

export async function startOrigin(folder) {
  const child = spawn(tool, ['serve', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { address: /(\S+)$/.exec(line)[1], stop: () => child.stdin.end() };
}

/** marquee-imageproc with its settings in `folder`, and its data in `data`. */
export async function startService(folder, origin, image = {}, env = {}, data = join(folder, 'data')) {
  const config = join(folder, 'imageproc.yaml');
  writeFileSync(config, JSON.stringify({
    listen: '127.0.0.1:0', ops_listen: '127.0.0.1:0', data_dir: data, log_level: 'info',
    backends: { playlist: origin.address }, image: { disk_mb: 4096, min_free_mb: 0, ...image } }));
  const program = new Program('marquee-imageproc', ['--config', config], env);
  const ready = await program.ready;
  return {
    program,
    pid: program.child.pid,
    address: ready.replace(/^\w+:\/\//, ''),
    metrics: async () => await (await fetch(`${program.ops}/metrics`)).text(),
    memory: () => {
      const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
      const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
      return { now: field('VmRSS'), peak: field('VmHWM') };
    },
  };
}
