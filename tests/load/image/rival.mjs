// The same work with sharp or ipx, in a separate process: node rival.mjs ENGINE FILE FORMAT THREADS
// SECONDS OUT
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, get, Agent } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';

const tools = createRequire(new URL('../../../scripts/npm-bench/package.json', import.meta.url));
const sharp = tools('sharp');
const [engine, file, format, threads, seconds, out] = process.argv.slice(2);

sharp.cache(false);
sharp.concurrency(1);

const engines = {
  sharp: () => {
    const bytes = readFileSync(file);
    return () => sharp(bytes).resize(600, 900, { fit: 'cover' })[format]({ quality: 80 }).toBuffer();
  },
  // Over HTTP, as ipx is normally used; the few microseconds of the request count as its time.
  ipx: async () => {
    const { createIPX, createIPXNodeServer, ipxFSStorage } = tools('ipx');
    const server = createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: dirname(file) }) })));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = new Agent({ keepAlive: true });
    const path = `/s_600x900,fit_cover,q_80,f_${format}/${basename(file)}`;
    return () => new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: server.address().port, path, agent }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => answer.statusCode === 200
          ? resolve(Buffer.concat(chunks)) : reject(new Error(`ipx: ${answer.statusCode} ${Buffer.concat(chunks)}`)));
      }).on('error', reject);
    });
  },
};

const once = await engines[engine]();
writeFileSync(out, await once());
for (let i = 0; i < 3; ++i) await once();
let images = 0;
const before = process.cpuUsage();
const began = performance.now();
await Promise.all(Array.from({ length: Number(threads) }, async () => {
  while (performance.now() - began < Number(seconds) * 1000) {
    await once();
    ++images;
  }
}));
const elapsed = (performance.now() - began) / 1000;
const used = process.cpuUsage(before);
process.send({ cpu_ms: (used.user + used.system) / 1000 / images, per_second: images / elapsed }, () => process.exit(0));
