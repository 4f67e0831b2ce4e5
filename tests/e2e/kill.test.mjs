// The short version of ./dev soak kill-devices.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { killDevices } from '../load/kill_devices.mjs';

for (const which of ['devices', 'gateway']) {
  test(`no accepted command is lost or takes effect twice while the ${which} program is killed`, async () => {
    const result = await killDevices({ commands: 200, displays: 8, kills: 6, seed: 7, which });
    assert.deepEqual(result.failures, []);
    assert.ok(result.accepted > 50, `only ${result.accepted} were accepted`);
    assert.equal(result.kills, 6);
  });
}
