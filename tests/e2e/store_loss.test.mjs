// A device store that is lost, older or replaced: no display is treated as deleted, and all of them
// work again without manual action. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';

import { Socket, post, registerMany } from '../support/device.mjs';
import { Folder, adminToken, bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };
const options = { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] };
const random = '11111111-1111-4111-8111-111111111111';

describe(`loss of the device store, ${shape}`, () => {
  const folders = [];
  let suite;
  const start = async (folder) => {
    if (!folder) folders.push((folder = new Folder()));
    suite = await startSuite(shape, { ...options, folder });
    return suite;
  };
  const dataOf = (folder) => join(folder.path, shape === 'four' ? 'data/devices' : 'data');
  const devicesProgram = shape === 'four' ? 'marquee-devices' : 'marquee';
  const upkeep = (folder, verb, file) =>
    execFileSync(join(bin, devicesProgram), [verb, file, '--data-dir', dataOf(folder)]);
  const beat = (device) => post(suite.base, '/api/devices/heartbeat', device);
  const check = (device) => post(suite.base, '/api/devices/check', device);
  const admin = (path, body) => post(suite.base, path, body, bearer);

  afterEach(async () => {
    await suite?.stop();
    suite = undefined;
  });
  after(() => folders.forEach((folder) => folder.remove()));

  test('50 displays keep working after a start without the volume', async () => {
    await start();
    const { folder } = suite;
    const devices = await registerMany(suite.base, 50);
    await suite.stop();
    renameSync(join(folder.path, 'data'), join(folder.path, 'aside'));

    await start(folder);
    for (const device of devices) {
      const answers = [await beat(device), await check(device)];
      assert.deepEqual(answers.map(({ status, json }) => [status, json.error]), Array(2).fill([503, 'unknown_device']));
    }
    const socket = new Socket(suite.base);
    await socket.opened;
    socket.send({ kind: 'hello', ...devices[0] });
    assert.deepEqual(await socket.closed, { code: 1011, reason: 'unknown_device' });
    const unknown = await (await fetch(`${suite.base}/api/devices/unknown`, { headers: bearer })).json();
    assert.equal(unknown.displays.length, 50);
    await suite.stop();

    rmSync(join(folder.path, 'data'), { recursive: true });
    renameSync(join(folder.path, 'aside'), join(folder.path, 'data'));
    await start(folder);
    for (const device of devices) {
      assert.deepEqual((await check(device)).json, { valid: true, isRegistered: true, deviceId: device.deviceId });
      assert.equal((await beat(device)).status, 200);
    }
    (await Socket.hello(suite.base, devices[0])).close();
  });

  test('displays newer than a backup are adopted in one step, deleted ones get 401', async () => {
    await start();
    const { folder } = suite;
    const [deleted, ...old] = await registerMany(suite.base, 41);
    await fetch(`${suite.base}/api/devices/${deleted.deviceId}`, { method: 'DELETE', headers: bearer });
    assert.deepEqual((await beat(deleted)).json, { error: 'device_not_found' });
    upkeep(folder, 'backup', join(folder.path, 'backup.db'));
    const young = await registerMany(suite.base, 10);
    await suite.stop();
    upkeep(folder, 'restore', join(folder.path, 'backup.db'));

    await start(folder);
    for (const device of old) assert.equal((await beat(device)).status, 200);
    for (const device of young) assert.equal((await beat(device)).json.error, 'unknown_device');
    const adopted = await admin('/api/devices/unknown/adopt', { all: true });
    assert.deepEqual([adopted.status, adopted.json.adopted], [200, 10]);

    for (const device of [...old, ...young]) assert.equal((await beat(device)).status, 200);
    const gone = await beat(deleted);
    assert.deepEqual([gone.status, gone.json], [401, { error: 'device_not_found' }]);
    assert.deepEqual((await check(deleted)).json, { valid: false, isRegistered: false, reason: 'device_not_found' });
  });

  test('a display of another installation is rejected over REST and then gets 401', async () => {
    await start();
    const stranger = { deviceId: random, secret: 'a'.repeat(64) };
    assert.equal((await beat(stranger)).status, 503);
    const list = await (await fetch(`${suite.base}/api/v2/unknownDisplays`, { headers: bearer })).json();
    assert.deepEqual(list.displays.map((display) => display.deviceId), [random]);

    assert.equal((await admin('/api/v2/unknownDisplays:reject', { names: [random] })).json.rejected, 1);

    assert.equal((await beat(stranger)).status, 401);
    const socket = new Socket(suite.base);
    await socket.opened;
    socket.send({ kind: 'hello', ...stranger });
    assert.deepEqual(await socket.closed, { code: 1008, reason: 'Unauthorized' });
  });

  for (const [what, damage] of [
    ['an empty devices.db beside older files', (data) => {
      for (const name of ['devices.db', 'devices.db-wal', 'devices.db-shm']) rmSync(join(data, name), { force: true });
      writeFileSync(join(data, 'devices.db'), '');
    }],
    ['a damaged devices.db', (data) => {
      for (const name of ['devices.db-wal', 'devices.db-shm']) rmSync(join(data, name), { force: true });
      writeFileSync(join(data, 'devices.db'), 'x'.repeat(8192));
    }],
    ['a damaged secrets.key', (data) => writeFileSync(join(data, 'secrets.key'), 'no key')],
  ]) {
    test(`${what}: logs what to restore, and the all-in-one shows posters`, async () => {
      await start();
      const { folder } = suite;
      await suite.stop();
      mkdirSync(dataOf(folder), { recursive: true });
      assert.ok(existsSync(join(dataOf(folder), 'devices.db')));
      damage(dataOf(folder));

      if (shape === 'four') {
        await assert.rejects(start(folder), /restore/);
        return;
      }
      await start(folder);
      assert.equal((await fetch(`${suite.base}/get-media`)).status, 200);
      for (const answer of [await beat({ deviceId: random, secret: 'a'.repeat(64) }),
        await post(suite.base, '/api/devices/register', { hardwareId: 'hw' }),
        await fetch(`${suite.base}/api/devices`, { headers: bearer })]) {
        assert.equal(answer.status, 503);
      }
      await until(() => suite.logs.find((each) => each.level === 'error' && /restore/.test(JSON.stringify(each))));
    });
  }
});
