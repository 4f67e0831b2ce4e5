// Marquee's transforms compared with libvips, sharp and ipx: node bench.mjs SECONDS [JSON FILE]
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { load, measure, startOrigin, startService } from './service.mjs';

const [seconds, jsonFile] = [Number(process.argv[2]), process.argv[3]];
const folder = mkdtempSync(join(tmpdir(), 'marquee-bench-'));

const sources = [
  { name: 'poster', width: 1000, height: 1500 },
  { name: 'backdrop', width: 3840, height: 2160 }];
const formats = ['jpeg', 'webp'];

/** sharp or ipx in a separate process: {cpu_ms, per_second}, and a sample of its output. */
async function measureNode(engine, source, format, threads, out) {
  const child = fork(new URL('rival.mjs', import.meta.url), [
    engine, join(folder, `${source.name}.jpg`), format, String(threads), String(seconds), out], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '4' }, silent: false });
  return await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${engine} ended (${code})`)));
  });
}

const results = [];
const origin = await startOrigin(folder);
try {
  for (const source of sources) {
    const file = join(folder, `${source.name}.jpg`);
    load('source', source.width, source.height, file);
    load('reference', file, 600, 900, join(folder, `${source.name}.png`));
    console.log(`\n${source.name}: ${source.width}×${source.height}, ${Math.round(readFileSync(file).length / 1000)} KB → 600×900 cover, quality 80`);
    console.log('                   threads   CPU ms   of sharp   images/s   PSNR dB       KB');
    for (const format of formats) {
      const rows = [];
      for (const threads of [1, 2]) {
        for (const engine of ['sharp', 'planar', 'libvips', 'service', 'ipx']) {
          const out = join(folder, `${source.name}-${engine}.${format}`);
          let figures;
          if (engine === 'sharp' || engine === 'ipx') {
            figures = await measureNode(engine, source, format, threads, out);
          } else if (engine === 'service') {
            // A separate folder, kept to the end: ext4 creates files slowly next to recently
            // deleted ones.
            const data = join(folder, `${source.name}-${format}-${threads}`);
            const service = await startService(folder, origin, {}, {}, data);
            const planar = rows.find((row) => row.engine === 'planar' && row.threads === threads);
            const count = Math.max(20, Math.round(planar.per_second * seconds));
            figures = measure('ask', service.address, service.pid, format, threads, count, `/${source.name}.jpg`);
            await service.program.stop();
          } else {
            figures = measure('bare', engine, format, threads, seconds, file, out);
          }
          if (engine !== 'service') {
            figures.psnr = measure('psnr', out, join(folder, `${source.name}.png`)).psnr;
            figures.bytes = readFileSync(out).length;
          }
          rows.push({ source: source.name, format, engine, threads, ...figures });
        }
      }
      const sharp = rows.find((row) => row.engine === 'sharp' && row.threads === 1).cpu_ms;
      for (const row of rows) {
        console.log([
          `  ${format} ${row.engine}`.padEnd(19), String(row.threads).padStart(7), row.cpu_ms.toFixed(1).padStart(8),
          (row.cpu_ms / sharp).toFixed(2).padStart(10), row.per_second.toFixed(1).padStart(12),
          (row.psnr?.toFixed(2) ?? '').padStart(9), (row.bytes ? (row.bytes / 1000).toFixed(1) : '').padStart(8)].join(' '));
      }
      results.push(...rows);
    }
  }
} finally {
  origin.stop();
  rmSync(folder, { recursive: true, force: true });
}
const of = (source, engine, threads, format = 'jpeg') =>
  results.find((row) => row.source === source && row.engine === engine && row.threads === threads && row.format === format);
console.log('\nJPEG, ratios of this run:');
for (const { name } of sources) {
  const [planar, sharp, service] = ['planar', 'sharp', 'service'].map((engine) => of(name, engine, 1));
  console.log(`  ${name}: planar / sharp ${(planar.cpu_ms / sharp.cpu_ms).toFixed(2)}, ` +
    `PSNR ${(planar.psnr - sharp.psnr >= 0 ? '+' : '') + (planar.psnr - sharp.psnr).toFixed(2)} dB, ` +
    `service / planar ${(service.cpu_ms / planar.cpu_ms).toFixed(2)}, ` +
    `two threads / one ${(of(name, 'planar', 2).per_second / planar.per_second).toFixed(2)}`);
}
if (jsonFile) writeFileSync(jsonFile, JSON.stringify(results, null, 2));
