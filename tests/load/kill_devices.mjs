// Commands to displays while a service is killed repeatedly: node kill_devices.mjs
// {--commands N} {--displays N} {--kills N} {--seed N} {--which devices|gateway}
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

import { post, register } from '../support/device.mjs';
import { Fleet, PersistentDisplay, randomFrom } from '../support/fleet.mjs';
import { adminToken, metricValue, until } from '../support/suite.mjs';

const admin = { authorization: `Bearer ${adminToken}` };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const once = 'core.mgmt.swUnregister';  // delivered at most once by the display protocol; the others at least once

/** Resolves when `check` holds; false after `ms`. */
async function within(ms, check) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (await check()) return true;
    await pause(50);
  }
  return false;
}

/**
 * @returns the results, with `failures`: one sentence for each violated guarantee
 */
export async function killDevices({ commands, displays: count, kills, seed, which, say = () => {} }) {
  const random = randomFrom(seed);
  const fleet = await Fleet.start({ gateway: { limits: { admin_per_minute: 0 } } });
  const displays = [];
  const accepted = new Map(); // n → {device, type}
  const refused = {}; // by status
  try {
    for (let i = 0; i < count; ++i) {
      // 503 until gateway and registry are connected: a display retries.
      const credentials = await until(() => register(fleet.base, `hw-${i}`).catch(() => null));
      displays.push(new PersistentDisplay(fleet.base, credentials, random));
    }
    await within(30_000, () => displays.every((display) => display.joined));

    let next = 0;
    let killing = true;
    // Until all are accepted and all kills are done: kills must happen while commands are sent.
    const send = async () => {
      while (accepted.size < commands || killing) {
        const n = next++;  // a new number after a rejection: the previous one may have been accepted without a response
        const device = displays[n % count];
        const type = random() < 0.05 ? once : 'remote.key';
        try {
          const answer = await post(fleet.base, `/api/devices/${device.credentials.deviceId}/command`,
            { type, payload: { n, key: 'playpause' } }, admin);
          if (answer.status === 200) accepted.set(n, { device, type });
          else refused[answer.status] = (refused[answer.status] ?? 0) + 1;
        } catch {
          refused.broken = (refused.broken ?? 0) + 1;  // the gateway was killed during the request
        }
        await pause(random() * 120);
      }
    };
    const kill = async () => {
      for (let i = 0; i < kills; ++i) {
        // Spread over the sending, because a kill matters only when commands have been accepted.
        while (accepted.size < (commands * i) / kills) await pause(10);
        await pause(random() * 450);
        await fleet.killAndRestart(which);
        if ((i + 1) % 20 === 0) say(`${i + 1} kills, ${accepted.size} commands accepted, refused ${JSON.stringify(refused)}`);
      }
      killing = false;
    };
    const began = performance.now();
    await Promise.all([kill(), ...Array.from({ length: 8 }, send)]);

    const delivered = ([n, { device }]) => device.effects.has(n);
    const owed = () => [...accepted].filter(([n, c]) => c.type !== once && !delivered([n, c]));
    await within(60_000, () => owed().length === 0);
    const depth = async () => metricValue(
      await (await fetch(`${fleet.programs.devices.ops}/metrics`)).text(), 'marquee_command_queue_depth');
    await within(30_000, async () => (await depth()) === 0);

    const failures = [];
    const lost = owed();
    if (lost.length > 0) failures.push(`${lost.length} accepted commands never arrived`);
    let repeats = 0;
    for (const display of displays) {
      for (const [n, effects] of display.effects) {
        if (effects > 1) failures.push(`command ${n} took effect ${effects} times`);
      }
      for (const frames of display.frames.values()) repeats += frames - 1;
    }
    let onceLost = 0;
    for (const [n, { device, type }] of accepted) {
      if (type !== once) continue;
      const frames = device.frames.get(n) ?? 0;
      if (frames > 1) failures.push(`${once} ${n} went out ${frames} times`);
      if (frames === 0) ++onceLost;
    }
    const stuck = await depth();
    if (stuck !== 0) failures.push(`${stuck} commands are stuck`);
    return {
      accepted: accepted.size, refused, kills: fleet.restarts,
      atMostOnce: [...accepted.values()].filter(({ type }) => type === once).length, onceLost, repeats,
      reconnects: displays.reduce((sum, display) => sum + display.connects - 1, 0),
      seconds: (performance.now() - began) / 1000, failures };
  } finally {
    displays.forEach((display) => display.close());
    await fleet.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: {
    commands: { type: 'string', default: '10000' }, displays: { type: 'string', default: '200' },
    kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' },
    which: { type: 'string', default: 'devices' } } });
  const result = await killDevices({
    commands: Number(values.commands), displays: Number(values.displays), kills: Number(values.kills),
    seed: Number(values.seed), which: values.which, say: (line) => console.log(line) });
  const { failures, ...figures } = result;
  console.log(JSON.stringify({ which: values.which, seed: Number(values.seed), ...figures }));
  for (const line of failures.slice(0, 20)) console.error(`FAILED: ${line}`);
  process.exit(failures.length ? 1 : 0);
}
