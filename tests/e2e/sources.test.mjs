// A source that is added at run time is shown, survives kill -9, and can be removed.
//   node --test tests/e2e/sources.test.mjs      SHAPE=allinone (default) or four
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { adminToken, bin, playlistOf, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
const demo = join(bin, '../share/marquee/demo');

describe(`sources added at run time, ${shape}`, () => {
  const own = mkdtempSync(join(tmpdir(), 'own-'));
  const options = { sources: [{ name: 'Own', type: 'local', path: own }] };
  let suite;
  before(async () => {
    const image = readdirSync(demo).find((name) => name.endsWith('.jpg'));
    copyFileSync(join(demo, image), join(own, image));
    suite = await startSuite(shape, options);
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
    rmSync(own, { recursive: true });
  });

  async function put(sources) {
    const answer = await fetch(`${suite.base}/api/v2/settings/sources`, {
      method: 'PUT', headers, body: JSON.stringify({ body: { sources } }) });
    assert.equal(answer.status, 200, await answer.text());
  }
  const listed = async () =>
    (await (await fetch(`${suite.base}/api/v2/sources`, { headers })).json()).sources ?? [];

  test('an added folder is shown without a restart, and an invalid one reports its error', async () => {
    await put([{ name: 'Added', type: 'local', path: demo }, { name: 'Lost', type: 'local', path: '/no/such/folder' }]);

    const added = (await playlistOf(suite, 7)).filter(({ posterUrl }) => posterUrl.includes('server=Added'));

    assert.ok(added.length >= 6);
    const image = await fetch(suite.base + added[0].posterUrl, { redirect: 'manual' });
    assert.equal(image.status, 200);
    const sources = await until(listed, (all) => all.some(({ name, lastError }) => name === 'Lost' && lastError));
    assert.match(sources.find(({ name }) => name === 'Lost').lastError, /no\/such\/folder/);
    assert.ok(!sources.find(({ name }) => name === 'Added').readOnly);
    assert.ok(sources.find(({ name }) => name === 'Own').readOnly);
  });

  test('the source survives kill -9 and disappears when it is removed', async () => {
    await suite.kill();
    suite = await startSuite(shape, { ...options, folder: suite.folder });
    await playlistOf(suite, 7);

    await put([]);

    await until(async () => (await fetch(`${suite.base}/get-media`)).json(),
      (body) => Array.isArray(body) && body.length === 1);
    assert.deepEqual((await listed()).map(({ name }) => name), ['Own']);
  });
});
