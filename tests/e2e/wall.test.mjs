// The display pages in a real browser, against the real programs. SHAPE=allinone (default) or four.
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';
import { cinemaShowsOnePosterAfterAnother, landingShowsLibrarySize, screenRegistersAndRunsCommand,
  screensaverShowsOneTitleAfterAnother, wallFillsAPortraitScreen, wallIsFullAndChanges,
  wallStaysWithoutServer, wallShowsPlaceholders } from './wall.mjs';

const shape = process.env.SHAPE ?? 'allinone';

describe(`wall, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, {
      sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] });
    await playlistOf(suite, 24);
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  test('the wall is full of decoded posters, which change', () => wallIsFullAndChanges(suite.base));
  test('a reloaded wall shows placeholders at once', () => wallShowsPlaceholders(suite.base, adminToken));
  test('the wall fills a portrait screen', () => wallFillsAPortraitScreen(suite.base));
  test('the wall stays while the server is unavailable', () => wallStaysWithoutServer(suite.base));
  test('the screensaver shows one title after another', () => screensaverShowsOneTitleAfterAnother(suite.base));
  test('the cinema shows one poster after another', () => cinemaShowsOnePosterAfterAnother(suite.base));
  test('the landing page shows the size of the library', () => landingShowsLibrarySize(suite.base));
  test('the screen registers and runs a command', () => screenRegistersAndRunsCommand(suite.base, adminToken));
});
