// Ten times the load that the image service can handle, with images of 40 megapixels: node
// overload.mjs FOLDER SECONDS
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { measureAsync, image, startOrigin, startService } from './service.mjs';

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const budget = 256;
const kinds = [
  ['baseline.jpg', 'jpeg'], ['progressive.jpg', 'progressive'], ['interlaced.png', 'interlaced'], ['frame.avif', 'avif']];
// An AVIF of 40 megapixels exceeds the memory budget and would always be rejected: it has 24.
for (const [name, kind] of kinds) image(folder, name, ...(kind === 'avif' ? [6000, 4000] : [7304, 5480]), kind);
const paths = kinds.map(([name]) => `/${name}`);

rmSync(join(folder, 'data'), { recursive: true, force: true });
const origin = await startOrigin(folder);
const service = await startService(folder, origin, { memory_mb: 16, decode_budget_mb: budget });
const failed = [];
try {
  // Seconds that an image of each kind takes. The service chooses which kinds it admits, so work is
  // compared, not numbers of images.
  const cost = {};
  for (const path of paths) cost[path] = 1 / (await measureAsync('flood', service.address, 1, 0, seconds / 5, path)).per_second;
  const work = (flood) => Object.entries(flood.came_of).reduce((sum, [path, came]) => sum + came * cost[path], 0) /
    (flood.came / flood.per_second);
  console.log(`one at a time: ${paths.map((path) => `${path} ${cost[path].toFixed(2)} s`).join(', ')}`);
  const alone = await measureAsync('flood', service.address, 3, 0, seconds, ...paths);
  console.log(`maximum load: ${alone.per_second.toFixed(2)} images/s ${JSON.stringify(alone.came_of)}`);
  const rate = alone.per_second * 10;
  const flood = await measureAsync('flood', service.address, 200, rate, seconds * 2, ...paths);
  const { peak } = service.memory();
  const ratio = work(flood) / work(alone);
  console.log(`ten times that: ${flood.per_second.toFixed(2)} images/s, ${(ratio * 100).toFixed(0)} % of the work ${JSON.stringify(flood.came_of)}`);
  console.log(`refused: ${flood.refused}, p50 ${flood.refusal_p50_ms} ms, p99 ${flood.refusal_p99_ms} ms; all codes ${JSON.stringify(flood.codes)}`);
  console.log(`peak resident memory: ${peak.toFixed(0)} MB (budget ${budget} + 64)`);
  const codes = Object.keys(flood.codes).filter((code) => code !== '0' && code !== '8');
  if (codes.length > 0) failed.push(`unexpected status codes: ${JSON.stringify(flood.codes)}`);
  if (peak > budget + 64) failed.push(`peak memory ${peak.toFixed(0)} MB`);
  if (ratio < 0.9) failed.push(`goodput fell to ${(ratio * 100).toFixed(0)} %`);
  if (flood.refusal_p99_ms > 5) failed.push(`refusals took ${flood.refusal_p99_ms} ms (p99)`);
  if (service.program.child.exitCode !== null) failed.push('the service ended');
} finally {
  await service.program.stop();
  origin.stop();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
