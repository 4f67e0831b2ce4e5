// The image service under four allocators: node allocators.mjs FOLDER SECONDS
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { measureAsync, image, startOrigin, startService } from './service.mjs';

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const kinds = [
  ['poster.jpg', 1000, 1500, 'jpeg'], ['backdrop.jpg', 3840, 2160, 'jpeg'], ['progressive.jpg', 2000, 3000, 'progressive'],
  ['drawing.png', 1000, 1500, 'interlaced'], ['frame.avif', 1000, 1500, 'avif']];
for (const [name, width, height, kind] of kinds) image(folder, name, width, height, kind);
const paths = kinds.map(([name]) => `/${name}`);

const preload = (name) => ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
  .map((where) => join(where, name)).find((file) => existsSync(file));
const allocators = [
  ['glibc', {}], ['glibc, two arenas', { MALLOC_ARENA_MAX: '2' }],
  ['jemalloc', { LD_PRELOAD: preload('libjemalloc.so.2') }], ['mimalloc', { LD_PRELOAD: preload('libmimalloc.so.2.0') }]];

console.log('                     images/s   peak MB   one second later');
for (const [name, env] of allocators) {
  if ('LD_PRELOAD' in env && !env.LD_PRELOAD) {
    console.log(`${name.padEnd(20)} not installed`);
    continue;
  }
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  const origin = await startOrigin(folder);
  const service = await startService(folder, origin, { memory_mb: 32 }, env);
  try {
    const flood = await measureAsync('flood', service.address, 4, 0, seconds, ...paths);
    await wait(1000);
    const { now, peak } = service.memory();
    console.log([name.padEnd(20), flood.per_second.toFixed(1).padStart(10), peak.toFixed(0).padStart(9), now.toFixed(0).padStart(16)].join(' '));
  } finally {
    await service.program.stop();
    origin.stop();
  }
}
