// Sends the heartbeats of many devices, then checks that kill -9 loses none: node heartbeats.mjs
// FOLDER {--devices N} {--seconds N} {--connections N}
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { registerMany } from '../support/device.mjs';
import { Fleet } from '../support/fleet.mjs';
import { adminToken, until } from '../support/suite.mjs';

const { values: flags, positionals: [folder] } = parseArgs({ allowPositionals: true, options: {
  devices: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '5' },
  connections: { type: 'string', default: '64' } } });
const count = Number(flags.devices);

// Each request is the next device's heartbeat: wrk calls request() for all connections of its
// thread.
const script = `
local bodies = {}
for line in io.lines(os.getenv("HEARTBEATS")) do bodies[#bodies + 1] = line end
local next = 0
request = function()
  next = next % #bodies + 1
  return wrk.format("POST", "/api/devices/heartbeat", {["Content-Type"] = "application/json"}, bodies[next])
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"failed":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end`;
const plain = script.replace('"POST", "/api/devices/heartbeat"', '"GET", "/livez"');

async function wrk(base, text, name) {
  const file = join(folder, `${name}.lua`);
  writeFileSync(file, text);
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1', `-c${flags.connections}`, `-d${flags.seconds}s`, '--timeout', '10s', '-s', file, base],
  { env: { ...process.env, HEARTBEATS: join(folder, 'heartbeats') } });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const failed = [];
mkdirSync(folder, { recursive: true });
const none = { display_per_second: 0, device_per_second: 0, api_per_minute: 0, admin_per_minute: 0 };
const fleet = await Fleet.start({ gateway: { limits: none } });
const list = async () => {
  const answer = await fetch(`${fleet.base}/api/devices`, { headers: { authorization: `Bearer ${adminToken}` } });
  return answer.status === 200 ? await answer.json() : [];
};
/** The number of registered devices, and of those with a heartbeat since then. */
const heardSince = async (devices, since) => {
  const known = new Map((await list()).map((device) => [device.id, device]));
  const there = devices.filter(({ deviceId }) => known.has(deviceId));
  const heard = there.filter(({ deviceId }) => Date.parse(known.get(deviceId).lastSeenAt) >= since);
  return { rows: known.size, there: there.length, heard: heard.length };
};
try {
  const devices = await registerMany(fleet.base, count);
  writeFileSync(join(folder, 'heartbeats'), devices.map((device, i) => JSON.stringify({
    ...device, status: { mode: 'screensaver', media: { title: `Film ${i}` } } })).join('\n'));
  const bound = await wrk(fleet.base, plain, 'livez');
  const began = Date.now();
  const beats = await wrk(fleet.base, script, 'heartbeat');
  const perSecond = ({ requests, seconds }) => requests / seconds;
  console.log(`${beats.requests} heartbeats of ${count} devices: ${Math.round(perSecond(beats))} per second, ` +
    `p50 ${beats.p50} ms, p99 ${beats.p99} ms, ${beats.failed} failed; ` +
    `${(perSecond(beats) / perSecond(bound)).toFixed(2)} of the rate of a route without backend (/livez)`);
  if (beats.failed > 0) failed.push(`${beats.failed} heartbeats failed`);

  const after = await heardSince(devices, began);
  console.log(`then: ${JSON.stringify(after)}`);
  if (after.rows !== count || after.heard !== count) failed.push('a device is missing, duplicated or without heartbeat');

  // A restart may lose the heartbeats of the last flush_every (500 ms); no more are sent now.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await fleet.killAndRestart('devices');
  const restarted = await until(async () => {
    const all = await heardSince(devices, began);
    return all.rows > 0 ? all : null;
  });
  console.log(`after kill -9 and a restart: ${JSON.stringify(restarted)}`);
  if (restarted.rows !== count || restarted.heard !== count) failed.push('kill -9 lost a device or its last heartbeat');
} finally {
  await fleet.stop();
}
for (const line of failed) console.error(`FAILED: ${line}`);
process.exit(failed.length ? 1 : 0);
