// One attacker with 256 IPv4 addresses and an IPv6 /48 beside 50 displays and an owner:
//   node attack.mjs [--seconds N] [--rate N] [--connections N] [--site 2001:db8:7::/48]
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { post, register } from '../support/device.mjs';
import { adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' }, rate: { type: 'string', default: '400' },
    connections: { type: 'string', default: '9000' }, site: { type: 'string', default: '' } },
});
const seconds = Number(flags.seconds);
const displayCount = 50;
const most = { p99: 100, megabytes: 600 };
const owner = { username: 'owner', password: 'correct horse battery' };
const ownerAddress = '127.8.0.1';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A thread that posts one message at its end, after 'stop'. */
function thread(file, workerData) {
  const worker = new Worker(new URL(file, import.meta.url), { workerData });
  const result = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { worker, stop: () => { worker.postMessage('stop'); return result; } };
}

function groupBy(all, keyOf) {
  const groups = new Map();
  for (const each of all) {
    if (!groups.has(keyOf(each))) groups.set(keyOf(each), []);
    groups.get(keyOf(each)).push(each);
  }
  return groups;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** Prints one line for a group of answers; returns what is wrong with them. `mostMs`: p99 of a second. */
function judge(name, answers, mostMs) {
  const wrong = [];
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const bySecond = groupBy(answers, ({ at: when }) => Math.floor(when / 1000));
  const worst = [...bySecond.values()].map((group) => at(group.map(({ ms }) => ms).sort((a, b) => a - b), 0.99)).sort((a, b) => b - a);
  const slow = worst.filter((ms) => ms > mostMs).length;
  const bad = answers.filter(({ status }) => status !== 101 && (status < 200 || status >= 400));
  const limited = bad.filter(({ status }) => status === 429).length;
  console.log(`${name.padEnd(22)} ${String(answers.length).padStart(7)} ${at(sorted, 0.5).toFixed(1).padStart(7)} ms ${at(sorted, 0.99).toFixed(1).padStart(7)} ms ` +
    `${(worst[0] ?? 0).toFixed(0).padStart(7)} ms ${`${slow}/${worst.length}`.padStart(9)} ${String(limited).padStart(5)} ${String(bad.length - limited).padStart(7)}`);
  if (answers.length === 0) wrong.push(`${name}: no answers`);
  if (limited > 0) wrong.push(`${name}: ${limited} answers of 429`);
  for (const [why, group] of groupBy(bad, ({ status, error }) => error ?? status)) {
    if (why !== 429) wrong.push(`${name}: ${group.length} failed with ${why}`);
  }
  if (slow > 0) wrong.push(`${name}: ${slow} of ${worst.length} seconds above ${mostMs.toFixed(0)} ms p99`);
  return wrong;
}

const suite = await startSuite('allinone', {
  sources: [{ name: 'Demo', type: 'local', path: join(bin, '../share/marquee/demo') }],
  gateway: { listen: flags.site ? '[::]:0' : '127.0.0.1:0', log_level: 'error' } });
const port = Number(new URL(suite.base).port);
const base = `http://127.0.0.1:${port}`;
const failed = [];
try {
  const posters = (await playlistOf({ base }, 6)).slice(0, 12).map((item) => item.posterUrl);
  const made = await post(base, '/admin/setup', owner);
  if (made.status !== 200) throw new Error(`setup: ${made.status} ${made.text}`);
  const token = await post(base, '/api/v2/tokens', { name: 'owner', scope: 'TOKEN_SCOPE_ADMIN' }, { authorization: `Bearer ${adminToken}` }, ownerAddress);
  if (token.status !== 200) throw new Error(`token: ${token.status} ${token.text}`);
  const displays = [];
  for (let i = 0; i < displayCount; ++i) displays.push({ ...await register(base, `display-${i}`), address: `127.9.0.${i + 1}` });
  const paired = (await register(base, 'paired')).deviceId;

  const honest = thread('./attack_honest.mjs', { port, displays, posters, owner: { ...owner, address: ownerAddress, token: token.json.value, paired } });
  const run = async (name, attack, time) => {
    honest.worker.postMessage(name);
    const before = loadavg()[0];
    const attacker = attack ? thread('./attack_attacker.mjs', {
      port, site: flags.site, rate: Number(flags.rate), connections: Number(flags.connections), posters,
      username: owner.username, deviceIds: displays.map(({ deviceId }) => deviceId) }) : undefined;
    await pause(time * 1000);
    const resident = memory(suite.gateway.child.pid);
    const sent = await attacker?.stop();
    console.log(`${name}: load average ${before.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end; ${resident.toFixed(0)} MB` +
      `${sent ? `\nattacker: ${JSON.stringify(sent)}` : ''}`);
    if (resident > most.megabytes) failed.push(`${name}: ${resident.toFixed(0)} MB`);
  };
  await run('nothing', false, Math.min(10, seconds));
  await run('attack', true, seconds);
  honest.worker.postMessage('end of attack');
  const answers = await honest.stop();

  console.log(`\n${''.padEnd(22)} ${'asked'.padStart(7)} ${'p50'.padStart(10)} ${'p99'.padStart(10)} ${'worst s'.padStart(10)} ${'slow s'.padStart(9)} ${'429'.padStart(5)} ${'failed'.padStart(7)}`);
  // A password costs a hash that is slow on purpose; how slow, the log-ins without an attack show.
  const hash = at(answers.filter(({ phase, kind }) => phase === 'nothing' && kind === 'owner: log-in').map(({ ms }) => ms).sort((a, b) => a - b), 0.5);
  for (const phase of ['nothing', 'attack']) {
    for (const [kind, group] of groupBy(answers.filter((answer) => answer.phase === phase), (answer) => answer.kind)) {
      const wrong = judge(`${phase}: ${kind}`, group, most.p99 + (kind === 'owner: log-in' ? 2 * hash : 0));
      if (phase === 'attack') failed.push(...wrong);
    }
  }
} finally {
  await suite.stop();
  suite.folder.remove();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
