// What was served before a crash is served after it, before any source has answered. SHAPE=allinone
// (default) or four.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { Folder, bin, playlistOf, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const demo = join(bin, '../share/marquee/demo');
const token = 'restart-secret';

describe(`restart, ${shape}`, () => {
  let suite;
  let jellyfin;
  let options;
  before(async () => {
    const posters = readdirSync(demo).filter((name) => name.endsWith('.jpg'));
    jellyfin = await FakeJellyfin.start({
      token, image: readFileSync(join(demo, posters[0])),
      movies: Array.from({ length: 30 }, (_, i) => movie(`r${i}`, `Film ${i}`, 1990)) });
    options = { sources: [{ name: 'Living Room', type: 'jellyfin', url: jellyfin.url, token, movie_libraries: ['Movies'] }] };
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
    jellyfin.stop();
  });

  test('after kill -9 during a refresh, serves the last good playlist immediately', async () => {
    suite = await startSuite(shape, options);
    const items = await playlistOf(suite, 30);
    const asked = jellyfin.requests.length;
    const release = jellyfin.hold();
    await suite.kill();
    suite = await startSuite(shape, { ...options, folder: suite.folder });
    // The first refresh after the restart is running, and its media server does not respond.
    await until(() => jellyfin.requests.length > asked);
    await suite.kill();

    const began = performance.now();
    suite = await startSuite(shape, { ...options, folder: suite.folder });
    const answer = await fetch(`${suite.base}/get-media`);
    const body = await answer.json();
    const elapsed = performance.now() - began;

    assert.equal(answer.status, 200);
    assert.deepEqual(body.map((item) => item.key).sort(), items.map((item) => item.key).sort());
    console.log(`served ${body.length} items ${Math.round(elapsed)} ms after the start of the first program`);
    release();
  });

  test('a failing source keeps its items and reports the error', async () => {
    jellyfin.server.removeAllListeners('request');
    jellyfin.server.on('request', (_, response) => response.writeHead(500).end());
    await suite.stop();
    suite = await startSuite(shape, { ...options, folder: suite.folder });
    await until(() => suite.metric('marquee_source_up', { source: 'Living Room' }).then((up) => up === 0));
    const answer = await fetch(`${suite.base}/get-media`);
    assert.equal((await answer.json()).length, 30);
  });

  test('a changed folder is detected', async () => {
    await suite.stop();
    const library = new Folder();
    const [first, second] = readdirSync(demo).filter((name) => name.endsWith('.jpg'));
    cpSync(join(demo, first), join(library.path, first));
    const other = await startSuite(shape, { sources: [{ name: 'Mine', type: 'local', path: library.path }] });
    try {
      await playlistOf(other, 1);
      cpSync(join(demo, second), join(library.path, second));
      await playlistOf(other, 2);
    } finally {
      await other.stop();
      other.folder.remove();
      library.remove();
      suite = undefined;
    }
  });
});
