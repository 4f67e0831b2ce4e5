// One film on two media servers, as displays see it. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { playlistOf, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const poster = readFileSync(new URL('../../docs/wall.jpg', import.meta.url));

// 460 films on each server, 260 of them on both: 660 in all.
const films = (server, first, end) => Array.from({ length: end - first }, (_, i) =>
  movie(`${server}${first + i}`, `Film ${first + i}`, 1960 + (first + i) % 60));

describe(`a film at two servers, ${shape}`, () => {
  let den;
  let attic;
  let suite;
  let items;
  before(async () => {
    den = await FakeJellyfin.start({ token: 'key', movies: films('a', 0, 460), image: poster });
    attic = await FakeJellyfin.start({ token: 'key', movies: films('b', 200, 660), image: poster });
    const source = (name, url) => ({ name, type: 'jellyfin', url, token: 'key', movie_libraries: ['Movies'], max_movies: 1000 });
    suite = await startSuite(shape, {
      sources: [source('Den', den.url), source('Attic', attic.url)], image: { fetch_timeout: '2s' } });
    await playlistOf(suite, 660);
    items = await until(async () => await (await fetch(`${suite.base}/get-media`)).json(),
      (list) => list.filter((item) => item.available_in.length > 1).length === 260);
  });
  after(async () => {
    await suite.stop();
    den.stop();
    attic.stop();
    suite.folder.remove();
  });

  test('is listed once, with the key of the first server', () => {
    assert.equal(items.length, 660);
    assert.equal(new Set(items.map((item) => item.title)).size, 660);
    const shared = items.find((item) => item.title === 'Film 300');
    assert.equal(shared.key, 'jellyfin_a300');
    assert.deepEqual(shared.aliases, ['jellyfin_b300']);
    assert.deepEqual(shared.available_in, [
      { source: 'Den', library: 'Movies', key: 'jellyfin_a300' },
      { source: 'Attic', library: 'Movies', key: 'jellyfin_b300' }]);
    const alone = items.find((item) => item.title === 'Film 600');
    assert.deepEqual(alone.available_in, [{ source: 'Attic', library: 'Movies', key: 'jellyfin_b600' }]);
    assert.equal(alone.aliases, undefined);
  });

  test('is found by the key of either server', async () => {
    for (const key of ['jellyfin_a300', 'jellyfin_b300']) {
      const answer = await fetch(`${suite.base}/get-media-by-key/${key}`);
      assert.equal(answer.status, 200, key);
      assert.equal((await answer.json()).title, 'Film 300');
    }
    assert.equal((await (await fetch(`${suite.base}/get-media?source=jellyfin`)).json()).length, 660);
  });

  test('shows the image of the other server while its own is unavailable', async () => {
    den.stop();
    const shared = items.find((item) => item.title === 'Film 310');
    const answer = await fetch(`${suite.base}${shared.posterUrl}&width=200`, { redirect: 'manual' });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('cache-control'), /max-age=60/, 'must not be cached for a year');
    assert.ok(attic.requests.some((request) => request.path.includes('/Items/b310/Images/')));
    const alone = items.find((item) => item.title === 'Film 10');
    const gone = await fetch(`${suite.base}${alone.posterUrl}&width=200`, { redirect: 'manual' });
    assert.equal(gone.status, 302, 'a film that only Den has');
  });

  test('keeps its key when its first server fails a refresh', async () => {
    const refreshed = await fetch(`${suite.base}/api/admin/refresh-media`, {
      method: 'POST', headers: { 'x-api-key': 'test-admin-token-0123456789' } });
    assert.equal(refreshed.status, 200);
    const list = await (await fetch(`${suite.base}/get-media`)).json();
    assert.deepEqual(list.map((item) => item.key).sort(), items.map((item) => item.key).sort());
    const health = await (await fetch(`${suite.base}/health`)).text();
    const report = await until(async () => (await (await fetch(`${suite.base}/health`)).json()).sources,
      (sources) => sources[0].state === 'stale');
    assert.deepEqual({ ...report[0] }, {
      name: 'Den', type: 'jellyfin', state: 'stale', category: 'unreachable', message: 'cannot be reached', items: 460 });
    assert.equal(report[1].state, 'ok');
    assert.ok(!health.includes('127.0.0.1'), 'the public health response contains no address');
  });
});
