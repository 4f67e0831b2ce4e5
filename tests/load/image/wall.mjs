// A long run with many requests: node wall.mjs FOLDER REQUESTS
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { measureAsync, image, startOrigin, startService } from './service.mjs';

const [folder, requests] = [process.argv[2], Number(process.argv[3])];
const paths = ['/a.jpg', '/b.jpg'];
image(folder, 'a.jpg', 500, 750, 'jpeg');
image(folder, 'b.jpg', 680, 1000, 'jpeg');
rmSync(join(folder, 'data'), { recursive: true, force: true });
rmSync(join(folder, 'known'), { force: true });
mkdirSync(folder, { recursive: true });

const origin = await startOrigin(folder);
const service = await startService(folder, origin, { memory_mb: 64 });
const failed = [];
const ask = async (count) => {
  const result = await measureAsync('wall', service.address, 8, count, 6000, 0.9, join(folder, 'known'), ...paths);
  if (result.code !== 0 || result.wrong || result.lost) failed.push(`answers: ${JSON.stringify(result)}`);
  return result;
};
try {
  // Ten parts, with memory measured after each: the caches are full after the second.
  const resident = [];
  for (let part = 1; part <= 10; ++part) {
    const { per_second } = await ask(requests / 10);
    resident.push(service.memory().now);
    console.log(`${part * requests / 10} requests, ${per_second} per second, ${resident.at(-1).toFixed(1)} MB resident`);
  }
  const growth = resident.at(-1) - resident[2];
  console.log(`growth from the third part to the last: ${growth.toFixed(1)} MB`);
  const text = await service.metrics();
  console.log(text.split('\n').filter((line) => /cache_(hit_ratio|bytes|entries)\{/.test(line)).join('\n'));
  if (growth > 8) failed.push(`resident memory grew by ${growth.toFixed(1)} MB`);

  const stalled = await measureAsync('stalled', service.address, 200, '/b.jpg');
  console.log(`200 stalled readers: a regular image took ${stalled.alone_ms} ms before, ${stalled.beside_stalled_ms} ms beside them`);
  if (stalled.code !== 0 || stalled.beside_stalled_ms > stalled.alone_ms + 200) failed.push('stalled readers slow others');
} finally {
  await service.program.stop();
  origin.stop();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
