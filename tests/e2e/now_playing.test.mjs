// Current playback at media servers, on the cinema page and for unmodified pages, against real HTTP
// servers. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { FakePlex, film } from '../support/fake_plex.mjs';
import { plainPng } from '../support/png.mjs';
import { Folder, adminToken, playlistOf, startSuite, until } from '../support/suite.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const token = 'server-token';
const everySeconds = 5;
// The poll interval of the page, and 3 s to load and show a poster on a busy machine.
const patience = { timeout: 1000 * (everySeconds + 3), polling: 50 };
const [alien, brazil] = [film(1, 'Alien', 1979), film(2, 'Brazil', 1985)];
const cube = movie('c1', 'Cube', 1997);
const dune = movie('d1', 'Dune', 1984);

describe(`now playing, ${shape}`, () => {
  let plex;
  let jellyfin;
  let emby;
  let suite;
  before(async () => {
    const folder = new Folder();
    folder.write('posters/Programme (2000).png', plainPng(200, 300, [10, 20, 30]));
    const red = plainPng(200, 300, [200, 20, 20]);
    plex = await FakePlex.start({ token, films: [alien, brazil], image: () => red });
    jellyfin = await FakeJellyfin.start({ token, movies: [cube], image: red });
    emby = await FakeJellyfin.start({ token, movies: [dune], image: red });
    suite = await startSuite(shape, { folder, sources: [
      { name: 'Posters', type: 'local', path: `${folder.path}/posters` },
      { name: 'Den', type: 'plex', url: plex.url, token, movie_libraries: ['Films'] },
      { name: 'Hall', type: 'jellyfin', url: jellyfin.url, token, movie_libraries: ['Movies'] },
      { name: 'Loft', type: 'emby', url: emby.url, token, movie_libraries: ['Movies'] }] });
    await playlistOf(suite, 5);
  });
  after(async () => {
    await suite.stop();
    plex.stop();
    jellyfin.stop();
    emby.stop();
    suite.folder.remove();
  });
  afterEach(() => {
    plex.sessions.length = 0;
    jellyfin.sessions.length = 0;
    emby.sessions.length = 0;
  });

  async function save(nowPlaying) {
    const answer = await fetch(`${suite.base}/api/v2/settings/display`, {
      method: 'PUT', headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ body: { cinema: { nowPlaying: { updateIntervalSeconds: everySeconds, ...nowPlaying } } } }) });
    assert.equal(answer.status, 200, await answer.text());
    await until(async () => (await (await fetch(`${suite.base}/get-config`)).json()).cinema.nowPlaying?.enabled,
      (enabled) => enabled === nowPlaying.enabled);
  }

  const sessions = async (type, headers = {}) => {
    const answer = await fetch(`${suite.base}/api/${type}/sessions`, { headers });
    return { status: answer.status, ...(await answer.json()) };
  };
  /** Until the gateway has heard of what was just changed: it asks its servers every 2 s at most. */
  const told = (type, check) => until(() => sessions(type), ({ sessions: list }) => check(list));
  const hangs = (page, key) => page.waitForFunction((want) => document.querySelector('#frame').dataset.key === want &&
    [...document.querySelectorAll('.sheet .poster')].pop()?.naturalWidth > 0, key, patience);

  test('a display gets no sessions unless its settings allow it', async () => {
    await save({ enabled: false });
    plex.play(alien, 'ann');

    assert.equal((await sessions('plex')).status, 401);
    assert.equal((await sessions('jellyfin')).status, 401);
  });

  test('an unmodified page finds the poster under the server\'s own path, and no names', async () => {
    await save({ enabled: true });
    plex.play(alien, 'ann', '1');
    plex.play(brazil, 'bob', '2');

    const { sessions: list, isActive } = await told('plex', (all) => all.length > 0);

    assert.equal(isActive, true);
    assert.equal(list.length, 1);
    assert.deepEqual([list[0].title, list[0].thumb, list[0].serverName], ['Alien', alien.thumb, 'Den']);
    assert.doesNotMatch(JSON.stringify(list), /ann|bob|10\.0\.0\.7|Living|LG/);
    for (const server of ['Plex%20Server', 'Den']) {  // Posterrama 2.9.4 knows its server only by this name
      const image = await fetch(`${suite.base}/image?server=${server}&path=${encodeURIComponent(list[0].thumb)}`, { redirect: 'manual' });
      assert.equal(image.status, 200);
      assert.match(image.headers.get('content-type'), /^image\//);
    }
    const all = await sessions('plex', { authorization: `Bearer ${adminToken}` });
    assert.deepEqual(all.sessions.map(({ username }) => username), ['ann', 'bob']);
  });

  test('selects the session of the configured user', async () => {
    await save({ enabled: true, priority: 'user', filterUser: 'bob' });
    plex.play(alien, 'ann', '1');
    plex.play(brazil, 'bob', '2');

    const { sessions: list } = await told('plex', (all) => all[0]?.title === 'Brazil');

    assert.deepEqual([list.length, list[0].username], [1, 'bob']);
  });

  test('the cinema shows what starts to play on Plex, Jellyfin and Emby, and returns to the playlist', async () => {
    await save({ enabled: true });
    await withPage({ width: 800, height: 1200 }, async (page, heard) => {
      await page.goto(`${suite.base}/cinema?register=0`);
      await page.waitForFunction(() => document.querySelector('#frame').dataset.key, null, patience);
      plex.play(brazil, 'bob');
      await hangs(page, `playing-${(await told('plex', (all) => all[0]?.title === 'Brazil')).sessions[0].ratingKey}`);

      plex.sessions.length = 0;
      jellyfin.sessions.push({ Id: 's', UserName: 'ann', Client: 'Web', NowPlayingItem: cube, PlayState: { PositionTicks: 0 } });
      await hangs(page, `playing-${(await told('jellyfin', (all) => all[0]?.title === 'Cube')).sessions[0].ratingKey}`);

      jellyfin.sessions.length = 0;
      emby.sessions.push({ Id: 's', UserName: 'ann', Client: 'TV', NowPlayingItem: dune, PlayState: { PositionTicks: 0 } });
      await hangs(page, `playing-${(await told('jellyfin', (all) => all[0]?.title === 'Dune')).sessions[0].ratingKey}`);

      emby.sessions.length = 0;
      await told('jellyfin', (all) => all.length === 0);
      await page.waitForFunction(() => !document.querySelector('#frame').dataset.key.startsWith('playing-'), null, patience);
      assert.deepEqual(heard.complaints, []);
    });
  });

  test('without fallbackToRotation the last poster stays until something plays', async () => {
    await save({ enabled: true, fallbackToRotation: false });
    await withPage({ width: 800, height: 1200 }, async (page) => {
      await page.goto(`${suite.base}/cinema?register=0&interval=1`);
      plex.play(alien, 'ann');
      const key = `playing-${(await told('plex', (all) => all[0]?.title === 'Alien')).sessions[0].ratingKey}`;
      await hangs(page, key);

      plex.sessions.length = 0;
      await told('plex', (all) => all.length === 0);
      const asked = heardSessions(page, 2);
      await asked;

      assert.equal(await page.getAttribute('#frame', 'data-key'), key);
    });
  });

  /** Resolves when the page has read the sessions so many times from now. */
  async function heardSessions(page, times) {
    for (let i = 0; i < times; i += 1) {
      await page.waitForResponse((response) => response.url().endsWith('/api/jellyfin/sessions'), patience);
    }
  }
});
