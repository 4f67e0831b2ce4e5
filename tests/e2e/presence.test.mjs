// Twenty sockets of one display that open at the same moment: one remains, and the registry knows
// it. SHAPE=allinone (default) or four; ROUNDS: number of rounds; LIMIT_MS: fails when presence was
// wrong for longer (default: no limit, which a loaded machine would break).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Socket, register } from '../support/device.mjs';
import { adminToken, bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const rounds = Number(process.env.ROUNDS ?? 10);
const limitMs = Number(process.env.LIMIT_MS ?? Infinity);
const bearer = { authorization: `Bearer ${adminToken}` };

describe(`presence, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, {
      sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }],
    });
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  const isLive = async ({ deviceId }) =>
    (await (await fetch(`${suite.base}/api/devices/${deviceId}`, { headers: bearer })).json()).wsConnected;

  test(`${rounds} rounds of twenty simultaneous sockets: presence becomes right in each`, async () => {
    const device = await register(suite.base, 'hw-presence');
    let longest = 0;
    for (let round = 0; round < rounds; ++round) {
      const sockets = Array.from({ length: 20 }, () => new Socket(suite.base));
      await Promise.all(sockets.map((socket) => socket.opened));
      for (const socket of sockets) socket.send({ kind: 'hello', ...device });
      // All but one are replaced.
      let open = sockets.length;
      sockets.forEach((socket) => socket.closed.then(() => --open));
      await until(() => open, (count) => count === 1);
      const settled = performance.now();
      await until(() => isLive(device), (live) => live === true);
      for (const socket of sockets) socket.close();
      await Promise.all(sockets.map((socket) => socket.closed));
      const closed = performance.now();
      await until(() => isLive(device), (live) => live === false);
      longest = Math.max(longest, performance.now() - closed, closed - settled);
      assert.ok(longest < limitMs, `round ${round}: presence was wrong for ${longest.toFixed()} ms`);
    }
    console.log(`presence was right within ${longest.toFixed()} ms`);
  });
});
