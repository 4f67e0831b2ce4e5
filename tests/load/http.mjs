// The gateway and nginx with the same bytes: node http.mjs FOLDER [--seconds N] [--rounds N]
// [--only CASE]
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, connect } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { bin, playlistOf, startSuite, until } from '../support/suite.mjs';

const { values: flags, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' } },
});
const films = 5000;
const idleConnections = 5000;
const imageBytes = 100 * 1024;

// The output of wrk, as one line of JSON.
const report = `
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.3f,"p99":%.3f,"failed":%d}\\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end`;

/** A film like in a real library: a long overview, several genres, studios and people. */
function film(i) {
  const words = ['a', 'quiet', 'town', 'finds', 'the', 'letter', 'that', 'nobody', 'sent', 'and', 'everything', 'changes'];
  const overview = Array.from({ length: 30 }, (_, k) => words[(i * 7 + k * (1 + (i % 5))) % words.length]).join(' ');
  return {
    ...movie(`film${i}`, `The ${words[i % words.length]} ${words[(i * 5 + 1) % words.length]} ${i}`, 1930 + (i % 95)),
    Overview: `${overview}.`, Genres: ['Drama', 'Mystery', 'Thriller'].slice(0, 1 + (i % 3)),
    Taglines: [`Nothing is what it was ${i}`], Studios: [{ Name: 'North Light' }],
    ProviderIds: { Imdb: `tt${1000000 + i}`, Tmdb: String(10000 + i) } };
}

/** A poster of exactly 100 KiB: a demo poster, padded with noise after the end of the image. */
function poster() {
  const demo = join(bin, '../share/marquee/demo');
  const jpegs = readdirSync(demo).filter((name) => name.endsWith('.jpg')).map((name) => readFileSync(join(demo, name)));
  const jpeg = jpegs.find(({ length }) => length <= imageBytes);
  return Buffer.concat([jpeg, randomBytes(imageBytes - jpeg.length)]);
}

/** One request; returns {status, headers, body} with the body not decoded. */
function ask(url, headers = {}) {
  return new Promise((resolve, reject) => {
    request(url, { headers }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) });
    }).once('error', reject).end();
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startNginx(root) {
  const port = await freePort();
  const settings = join(root, 'nginx.conf');
  writeFileSync(settings, `
    daemon off; pid ${join(root, 'nginx.pid')}; error_log stderr error;
    worker_processes ${cpus().length}; worker_rlimit_nofile 16384;
    events { worker_connections 8192; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_timeout 75s; keepalive_requests 100000000;
      open_file_cache max=100; open_file_cache_valid 1h; types { } default_type application/octet-stream;
      server {
        listen 127.0.0.1:${port} backlog=1024; root ${root};
        location /get-media { gzip_static on; }
      }
    }`);
  const child = spawn('nginx', ['-p', root, '-c', settings], { stdio: ['ignore', 'inherit', 'inherit'] });
  const base = `http://127.0.0.1:${port}`;
  await until(async () => await ask(`${base}/image`).then((answer) => answer.status === 200, () => false));
  return { child, base };
}

function wrk(url, connections, headers, script) {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  return promisify(execFile)('wrk', [
    '-t1', `-c${connections}`, `-d${flags.seconds}s`, '--timeout', '10s', ...fields, '-s', script, url])
    .then(({ stdout }) => JSON.parse(stdout.trim().split('\n').at(-1)));
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Resident bytes of a process and of its children. */
function resident(pid) {
  const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return own + children.reduce((sum, child) => sum + resident(child), 0);
}

/** Opens connections that receive one small response and then stay idle. */
async function idle(base, path, count) {
  const { hostname, port } = new URL(base);
  const open = () => new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`));
    socket.once('error', reject);
    socket.once('data', () => resolve(socket));
  });
  const sockets = [];
  while (sockets.length < count) sockets.push(...await Promise.all(Array.from({ length: 100 }, open)));
  return sockets;
}

/** `bytes`: size of a response so large that few complete within a round; then received bytes are counted. */
async function compare(name, marquee, nginx, connections, script, bytes) {
  if (!name.includes(flags.only)) return;
  const rounds = { marquee: [], nginx: [] };
  for (let round = 0; round < Number(flags.rounds); ++round) {
    rounds.marquee.push(await wrk(marquee.url, connections, marquee.headers ?? {}, script));
    rounds.nginx.push(await wrk(nginx.url, connections, nginx.headers ?? {}, script));
  }
  const of = (side, figure) => median(rounds[side].map(figure));
  const rate = (round) => (bytes ? round.bytes / bytes : round.requests) / round.seconds;
  const [ours, theirs] = [of('marquee', rate), of('nginx', rate)];
  const failed = [...rounds.marquee, ...rounds.nginx].reduce((sum, round) => sum + round.failed, 0);
  const perSecond = (value) => String(Math.round(value)).padStart(7);
  const latency = (side) => `${of(side, (round) => round.p99).toFixed(1)} ms`.padStart(10);
  console.log(`${name.padEnd(28)} ${perSecond(ours)}/s ${perSecond(theirs)}/s  ratio ${(ours / theirs).toFixed(2)}` +
    `  p99 ${latency('marquee')} ${latency('nginx')}${failed > 0 ? `  ${failed} FAILED` : ''}`);
  if (failed > 0) process.exitCode = 1;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const script = join(folder, 'report.lua');
writeFileSync(script, report);
const jellyfin = await FakeJellyfin.start({
  token: 'bench', movies: Array.from({ length: films }, (_, i) => film(i)), image: poster() });
const suite = await startSuite('allinone', {
  sources: [{ name: 'Films', type: 'jellyfin', url: jellyfin.url, token: 'bench', movie_libraries: ['Movies'], max_movies: films }],
  gateway: { log_level: 'warn', limits: { display_per_second: 1000000, device_per_second: 1000000 } } });
let nginx;
try {
  const items = await playlistOf(suite, films);
  const image = suite.base + items[0].posterUrl;
  const media = `${suite.base}/get-media`;
  const answers = {
    image: await ask(image), media: await ask(media), gzip: await ask(media, { 'accept-encoding': 'gzip' }),
    brotli: await ask(media, { 'accept-encoding': 'br' }) };
  for (const [name, { status }] of Object.entries(answers)) if (status !== 200) throw new Error(`${name}: ${status}`);
  writeFileSync(join(folder, 'small'), 'OK');
  writeFileSync(join(folder, 'image'), answers.image.body);
  writeFileSync(join(folder, 'get-media'), answers.media.body);
  writeFileSync(join(folder, 'get-media.gz'), answers.gzip.body);
  nginx = await startNginx(folder);
  const size = ({ body }) => `${(body.length / 1e6).toFixed(2)} MB`;
  console.log(`image ${answers.image.body.length} bytes; /get-media of ${items.length} items ${size(answers.media)}, ` +
    `gzip ${size(answers.gzip)}, brotli ${size(answers.brotli)}`);
  console.log(`${''.padEnd(28)} ${'marquee'.padStart(9)} ${'nginx'.padStart(9)}`);

  const images = [{ url: image }, { url: `${nginx.base}/image` }];
  const medias = [{ url: media }, { url: `${nginx.base}/get-media` }];
  const packed = medias.map((side) => ({ ...side, headers: { 'Accept-Encoding': 'gzip' } }));
  // A returning display: with the ETag and the cookie of its last response.
  const cookie = answers.media.headers['set-cookie'][0].split(';')[0];
  const again = async ({ url }) => ({ url, headers: { 'If-None-Match': (await ask(url)).headers.etag, Cookie: cookie } });
  const same = await Promise.all(medias.map(again));
  const sameImage = await Promise.all(images.map(again));
  for (const connections of [64, 1000]) {
    await compare(`image at ${connections}`, ...images, connections, script);
    await compare(`get-media gzip at ${connections}`, ...packed, connections, script);
    await compare(`get-media plain at ${connections}`, ...medias, connections, script, answers.media.body.length);
    await compare(`get-media 304 at ${connections}`, ...same, connections, script);
    await compare(`image 304 at ${connections}`, ...sameImage, connections, script);
  }

  if ('idle'.includes(flags.only)) {
    for (const [name, pid, base, path] of [
      ['marquee', suite.gateway.child.pid, suite.base, '/livez'], ['nginx', nginx.child.pid, nginx.base, '/small']]) {
      const before = resident(pid);
      const sockets = await idle(base, path, idleConnections);
      const cost = (resident(pid) - before) / idleConnections;
      console.log(`${idleConnections} idle connections, ${name}: ${(cost / 1024).toFixed(1)} KiB each (${(resident(pid) / 2 ** 20).toFixed(0)} MiB resident in all)`);
      sockets.forEach((socket) => socket.destroy());
    }
  }
} finally {
  nginx?.child.kill();
  await suite.stop();
  suite.folder.remove();
  jellyfin.stop();
}
