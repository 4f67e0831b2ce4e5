// A folder on a network share that stops answering: everything else goes on, /health names the
// source, and the program ends. Needs permission to mount (CAP_SYS_ADMIN). SHAPE=allinone (default)
// or four.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, beforeEach, describe, test } from 'node:test';

import { Folder, adminToken, bin, playlistOf, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const poster = readFileSync(new URL('../../docs/wall.jpg', import.meta.url));
const titles = 12;

/** A file system over `folder` that never answers; undefined: mounting is not permitted. */
async function hang(folder) {
  const child = spawn(join(bin, 'hung_mount'), [folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => { child.once('close', resolve); });
  let said = '';
  child.stderr.on('data', (bytes) => { said += bytes; });
  const mounted = new Promise((resolve) => { createInterface({ input: child.stdout }).once('line', () => resolve('mounted')); });
  const result = await Promise.race([mounted, exited]);
  if (result === 77) return undefined;
  assert.equal(result, 'mounted', said);
  return { end: async () => { child.stdin.end(); await exited; } };
}

describe(`a share that does not answer, ${shape}`, () => {
  let folders;
  let share;
  let suite;
  let mount;
  beforeEach(() => {
    folders = new Folder();
    share = join(folders.path, 'share');
    for (let i = 0; i < titles; ++i) {
      folders.write(`share/Far ${i} (${1950 + i}).jpg`, poster);
      folders.write(`disk/Near ${i} (${1980 + i}).jpg`, poster);
    }
  });
  after(async () => {
    await mount?.end();
    await suite?.kill();
    suite?.folder.remove();
    folders.remove();
  });
  const start = () => startSuite(shape, {
    sources: [{ name: 'Share', type: 'local', path: share }, { name: 'Disk', type: 'local', path: join(folders.path, 'disk') }],
    playlist: { refresh_budget: '2s' }, image: { fetch_timeout: '2s' },
    gateway: { drain_timeout: '1s', limits: { api_per_minute: 0 } } });
  const shareState = () => until(async () => (await (await fetch(`${suite.base}/health`)).json()).sources
    .find(({ name }) => name === 'Share'), ({ state }) => state === 'stale' || state === 'failed');
  const image = async ({ posterUrl }, width) => (await fetch(`${suite.base}${posterUrl}&width=${width}`, { redirect: 'manual' })).status;

  test('its images are the fallback, those of others go on, and the program ends', async (context) => {
    suite = await start();
    const items = await playlistOf(suite, 2 * titles);
    mount = await hang(share);
    if (!mount) return context.skip('mounting is not permitted here');

    const far = items.filter(({ title }) => title.startsWith('Far'));
    const near = items.filter(({ title }) => title.startsWith('Near'));
    const waiting = Promise.all(far.flatMap((item) => [100, 200].map((width) => image(item, width))));
    for (const width of [100, 200]) {
      assert.deepEqual(await Promise.all(near.map((item) => image(item, width))), near.map(() => 200));
    }
    assert.deepEqual([...new Set(await waiting)], [302], 'the fallback image, not an overload');

    await fetch(`${suite.base}/api/admin/refresh-media`, { method: 'POST', headers: { 'x-api-key': adminToken } });
    assert.deepEqual({ ...await shareState(), message: '' },
      { name: 'Share', type: 'local', state: 'stale', category: 'timeout', message: '', items: titles });
    assert.equal((await playlistOf(suite)).length, 2 * titles, 'its titles stay');

    for (const { code } of await suite.stop()) assert.equal(code, 0);
    await mount.end();
    suite.folder.remove();
    folders.remove();
  });

  test('the program starts without it and reads it once it answers', async (context) => {
    mount = await hang(share);
    if (!mount) return context.skip('mounting is not permitted here');
    suite = await start();
    assert.equal((await playlistOf(suite, titles)).length, titles, 'those of the other folder');
    assert.equal((await shareState()).state, 'failed');

    await mount.end();
    assert.equal((await playlistOf(suite, 2 * titles)).length, 2 * titles);
    for (const { code } of await suite.stop()) assert.equal(code, 0);
  });
});
