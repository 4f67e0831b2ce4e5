// Runs every exchange of the display protocol against the real programs:
//   node --test tests/contract/contract.test.mjs      SHAPE=allinone (default) or four
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { Folder, bin, playlistOf, startSuite } from '../support/suite.mjs';
import { zip } from '../support/zip.mjs';
import { fixtures } from './fixtures.mjs';
import { notDue } from './not_due.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const demo = join(bin, '../share/marquee/demo');
const world = { shape, jellyfinToken: 'planted-jellyfin-secret' };

describe(`display protocol, ${shape}`, () => {
  before(async () => {
    const posters = readdirSync(demo).filter((name) => name.endsWith('.jpg'));
    const image = readFileSync(join(demo, posters[0]));
    world.library = new Folder();
    for (const name of posters.slice(0, 6)) cpSync(join(demo, name), join(world.library.path, 'posters', name));
    world.library.write('packs/The Pack (2001).zip', zip({ 'poster.jpg': image, 'metadata.json': '{"title":"The Pack"}' }));
    const movies = Array.from({ length: 20 }, (_, i) => movie(`m${i}`, `Film ${i}`, 1980 + i));
    world.jellyfin = await FakeJellyfin.start({ token: world.jellyfinToken, movies, image: image });
    world.jellyfinSource = {
      name: 'Living Room', type: 'jellyfin', url: world.jellyfin.url, token: world.jellyfinToken,
      movie_libraries: ['Movies'] };
    world.suite = await startSuite(shape, {
      sources: [{ name: 'Posters', type: 'local', path: world.library.path }, world.jellyfinSource] });
    world.base = world.suite.base;
    await playlistOf(world.suite, 20);
  });
  after(async () => {
    await world.suite?.stop();
    world.suite?.folder.remove();
    world.library?.remove();
    world.jellyfin?.stop();
  });

  for (const [name, [title, check]] of Object.entries(fixtures)) {
    const reason = notDue[name];
    test(`${name}: ${title}${reason ? ` (not due: ${reason})` : ''}`, { timeout: 60_000 }, async () => {
      if (!reason) return await check(world);
      await assert.rejects(check(world), `${name} passes now: remove it from not_due.mjs`);
    });
  }

  test('not_due.mjs lists only existing fixtures', () => {
    assert.deepEqual(Object.keys(notDue).filter((name) => !(name in fixtures)), []);
  });

  test('log lines contain no secret', () => {
    assert.ok(!JSON.stringify(world.suite.logs).includes(world.jellyfinToken));
  });
});
