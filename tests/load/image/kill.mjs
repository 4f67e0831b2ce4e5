// kill -9 at random moments under load: node kill.mjs FOLDER TIMES SEED
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { measureAsync, image, startOrigin, startService } from './service.mjs';

const [folder, times, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const paths = ['/a.jpg', '/b.jpg'];
image(folder, 'a.jpg', 500, 750, 'jpeg');
image(folder, 'b.jpg', 680, 1000, 'jpeg');
rmSync(join(folder, 'data'), { recursive: true, force: true });
rmSync(join(folder, 'known'), { force: true });

// A small generator, so that a seed gives the same moments everywhere.
let state = seed >>> 0;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

/** The files of the disk tier: entries, bytes, and leftover files that are not counted. */
function onDisk() {
  const images = join(folder, 'data', 'images');
  const found = { entries: 0, bytes: 0 };
  for (const shard of readdirSync(images)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for (const name of readdirSync(join(images, shard))) {
      if (!/\.(img|orig)$/.test(name)) continue;
      found.entries += 1;
      found.bytes += statSync(join(images, shard, name)).size;
    }
  }
  return found;
}

async function tierOf(service) {
  const text = await service.metrics();
  const field = (name) => Number(new RegExp(`^${name}\\{cache="image",tier="disk"\\} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return { entries: field('marquee_cache_entries'), bytes: field('marquee_cache_bytes'),
           corrupt: Number(/evictions_total\{cache="image",cause="corrupt",tier="disk"\} (\S+)/.exec(text)?.[1] ?? 0) };
}

/** Waits until the service has served an image, which takes a while on a busy machine. */
async function untilAtWork(service) {
  for (let i = 0; i < 500; ++i) {
    const text = await service.metrics();
    const made = /^marquee_image_transform_seconds_count(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1] ?? 0;
    const held = /requests_total\{cache="image",result="hit",tier="disk"\} (\S+)/.exec(text)?.[1] ?? 0;
    if (Number(made) + Number(held) > 0) return;
    await wait(20);
  }
  throw new Error('the service served no image');
}

const origin = await startOrigin(folder);
const failed = [];
let [came, corrupt] = [0, 0];
try {
  for (let time = 0; time <= times; ++time) {
    const service = await startService(folder, origin, { memory_mb: 16, disk_mb: 64 });
    // The tier's state after the restart, when the index is built and before any request.
    if (time > 0) {
      const there = onDisk();
      let tier = await tierOf(service);
      for (let i = 0; i < 100 && tier.entries !== there.entries; ++i) {
        await wait(20);
        tier = await tierOf(service);
      }
      if (tier.entries !== there.entries || tier.bytes !== there.bytes) {
        failed.push(`restart ${time}: the tier counts ${JSON.stringify(tier)}, on disk are ${JSON.stringify(there)}`);
      }
    }
    const asked = measureAsync('wall', service.address, 4, time === times ? 300 : 1e9, 4000, 0.6, join(folder, 'known'), ...paths);
    if (time < times) {
      await untilAtWork(service);
      await wait(random() * 800);
      corrupt += (await tierOf(service)).corrupt;
      await service.program.kill();
    }
    const result = await asked;
    came += result.came;
    if (result.wrong || result.failed) failed.push(`run ${time}: ${JSON.stringify(result)}`);
    if (time === times) await service.program.stop();
    if (time % 20 === 0) console.log(`${time} kills, ${came} images were served correctly`);
  }
  if (came === 0) failed.push('no image was served, so nothing was tested');
  console.log(`${times} kills; ${came} images, all equal to those before; ${corrupt} damaged entries were dropped`);
} finally {
  origin.stop();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
