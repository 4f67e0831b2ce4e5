// A large, mixed, partly invalid library in the all-in-one: node library.mjs COUNT MEGABYTES FOLDER
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

import { bin, playlistOf, startSuite } from '../support/suite.mjs';

const [count, megabytes, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const library = join(folder, 'posters');
const broken = { truncated: 10, text: 1, bomb: 1 };

// Width and height of every hundred posters: mostly typical posters, some scans.
const sizes = [
  [60, [1000, 1500], ''], [15, [2000, 3000], ''], [10, [680, 1000], ''], [5, [1000, 1500], ',interlace'],
  [4, [1000, 1500], '.png'], [4, [4000, 6000], ''], [2, [5200, 7800], '']];

function makeLibrary() {
  const done = join(folder, 'made');
  if (existsSync(done)) return;
  mkdirSync(library, { recursive: true });
  const demo = join(bin, '../share/marquee/demo');
  const originals = readdirSync(demo).filter((name) => name.endsWith('.jpg')).map((name) => join(demo, name));
  const moulds = sizes.flatMap(([share, [width, height], kind], s) => originals.slice(0, 6).map((original, i) => {
    const extension = kind === '.png' ? 'png' : 'jpg';
    const mould = join(folder, `mould-${s}-${i}.${extension}`);
    if (!existsSync(mould)) {
      const options = extension === 'png' ? '' : `[Q=90${kind}]`;
      execFileSync('vips', ['thumbnail', original, mould + options, String(width), '--height', String(height), '--size', 'force']);
    }
    return { share, mould, extension };
  }));
  const wheel = moulds.flatMap((mould) => Array.from({ length: mould.share }, () => mould));
  for (let i = 0; i < count; ++i) {
    // A stride that is coprime to the number of templates uses every template equally often.
    const { mould, extension } = wheel[(i * 101) % wheel.length];
    const file = join(library, `Film ${i} (${1950 + (i % 75)}).${extension}`);
    if (existsSync(file)) continue;
    cpSync(mould, file);
    // Padding after the end of the image makes the bytes of every file unique.
    appendFileSync(file, `poster ${i}`);
  }
  for (let i = 0; i < broken.truncated; ++i) {
    const file = join(library, `Torn ${i} (2000).jpg`);
    cpSync(originals[i], file);
    truncateSync(file, Math.floor(statSync(file).size / 3));
  }
  writeFileSync(join(library, 'Note (2000).jpg'), 'This is a shopping list, not an image.\n'.repeat(100));
  writeFileSync(join(library, 'Bomb (2000).png'), png(20000, 20000));
  writeFileSync(done, '');
}

/** A PNG whose header announces more data than it has: signature, header, empty data chunk, end. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1 << 16))),
    chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

makeLibrary();
const suite = await startSuite('allinone', { sources: [{ name: 'Posters', type: 'local', path: folder }] });
const pid = suite.gateway.child.pid;
const failed = [];
try {
  const began = performance.now();
  const items = await playlistOf(suite, count);
  console.log(`playlist: ${items.length} items after ${Math.round(performance.now() - began)} ms, ${memory(pid).now.toFixed(0)} MB resident`);

  const outcomes = {};
  const queue = [...items];
  const work = async () => {
    for (let item = queue.pop(); item; item = queue.pop()) {
      const answer = await fetch(`${suite.base}${item.posterUrl}&width=600&height=900`, { redirect: 'manual' });
      await answer.arrayBuffer();
      outcomes[answer.status] = (outcomes[answer.status] ?? 0) + 1;
      const bad = /^(Torn|Note|Bomb)/.test(item.title);
      if (bad !== (answer.status === 302)) failed.push(`${item.title}: ${answer.status}`);
      if (queue.length > 0 && queue.length % 250 === 0) console.log(`${queue.length} to go, ${JSON.stringify(memory(pid))} MB`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: 8 }, work));
  const seconds = (performance.now() - start) / 1000;

  const { now, peak } = memory(pid);
  console.log(`images: ${JSON.stringify(outcomes)} in ${seconds.toFixed(1)} s, ${(items.length / seconds).toFixed(0)} per second`);
  console.log(`resident: ${now.toFixed(0)} MB now, ${peak.toFixed(0)} MB at the peak (limit ${megabytes})`);
  const text = await suite.metrics();
  console.log(text.split('\n').filter((line) => /image_failures_total|skipped|cache_(hit_ratio|bytes)/.test(line) && line[0] !== '#').join('\n'));
  const named = suite.logs.filter((line) => /Torn|Note|Bomb/.test(JSON.stringify(line)));
  console.log(`log lines that name a bad file: ${named.length}`);
  for (const line of named) console.log(`  ${JSON.stringify(line)}`);
  if (peak > megabytes) failed.push(`peak memory ${peak.toFixed(0)} MB`);
  const bad = broken.truncated + broken.text + broken.bomb;
  if (named.length !== bad) failed.push(`${named.length} log lines for ${bad} bad files`);
} finally {
  await suite.stop();
  suite.folder.remove();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
