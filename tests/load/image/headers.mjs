// Mutated headers of every image format through the image service: node headers.mjs FOLDER COUNT SEED [FILE…]
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { load, measureAsync, startOrigin, startService } from './service.mjs';

const [folder, count, seed, ...files] = process.argv.slice(2);
const budget = 256;
const more = 150;

rmSync(folder, { recursive: true, force: true });
const images = join(folder, 'images');
mkdirSync(images, { recursive: true });
load('mutated', count, seed, images, ...files);

const origin = await startOrigin(images);
const service = await startService(folder, origin, { memory_mb: 16, decode_budget_mb: budget });
const failed = [];
try {
  // Before the first image: libvips and the decoders are not loaded yet.
  const idle = service.memory().now;
  const { code, ...seen } = await measureAsync('each', service.address, 4, images);
  const { peak } = service.memory();
  console.log(JSON.stringify({ ...seen, idle_mb: Math.round(idle), peak_mb: Math.round(peak) }));
  if (code !== 0) failed.push(`intact images were rejected: ${seen.lost}`);
  if (peak > idle + budget + more) failed.push(`peak memory ${peak.toFixed(0)} MB`);
  if (service.program.child.exitCode !== null) failed.push('the service ended');
} finally {
  await service.program.stop();
  origin.stop();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
