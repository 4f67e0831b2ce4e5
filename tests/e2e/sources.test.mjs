// A source that is added in the running house shows, survives kill -9, and goes again.
//   node --test tests/e2e/sources.test.mjs      SHAPE=allinone (default) or four
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { adminToken, bin, playlistOf, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
const demo = join(bin, '../share/marquee/demo');

describe(`sources added at run time, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, { sources: [] });
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
  });

  async function put(sources) {
    const answer = await fetch(`${suite.base}/api/v2/settings/sources`, {
      method: 'PUT', headers, body: JSON.stringify({ body: { sources } }) });
    assert.equal(answer.status, 200, await answer.text());
  }
  const listed = async () =>
    (await (await fetch(`${suite.base}/api/v2/sources`, { headers })).json()).sources ?? [];

  test('an added folder shows without a restart, and a bad one says why it does not', async () => {
    await put([{ name: 'Added', type: 'local', path: demo }, { name: 'Lost', type: 'local', path: '/no/such/folder' }]);

    const items = await playlistOf(suite, 6);

    assert.ok(items.every(({ posterUrl }) => posterUrl.includes('server=Added')));
    const picture = await fetch(suite.base + items[0].posterUrl, { redirect: 'manual' });
    assert.equal(picture.status, 200);
    const sources = await until(listed, (all) => all.some(({ name, lastError }) => name === 'Lost' && lastError));
    assert.match(sources.find(({ name }) => name === 'Lost').lastError, /no\/such\/folder/);
    assert.ok(!sources.find(({ name }) => name === 'Added').readOnly);
  });

  test('it is there again after kill -9, and gone when it is taken out', async () => {
    await suite.kill();
    suite = await startSuite(shape, { sources: [], folder: suite.folder });
    await playlistOf(suite, 6);

    await put([]);

    await until(async () => (await fetch(`${suite.base}/get-media`)).json(),
      (body) => Array.isArray(body) && body.length === 0);
    assert.deepEqual(await listed(), []);
  });
});
