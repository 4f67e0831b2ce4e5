// Our display pages in a real browser, against the real programs. SHAPE=allinone (default) or four.
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';
import { cinemaHangsOnePosterAfterAnother, landingTellsTheLibrary, screenJoinsTheFleet,
  screensaverShowsOneTitleAfterAnother, wallFillsAPortraitScreen, wallIsFullAndAlive,
  wallOutlivesTheServer, wallShowsWhatIsToCome } from './wall.mjs';

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

  test('the wall is full of decoded posters, and they change', () => wallIsFullAndAlive(suite.base));
  test('the next wall shows at once what its posters will look like', () => wallShowsWhatIsToCome(suite.base, adminToken));
  test('the wall fills a portrait screen', () => wallFillsAPortraitScreen(suite.base));
  test('the wall stays while the server is away', () => wallOutlivesTheServer(suite.base));
  test('the screensaver shows one title after another', () => screensaverShowsOneTitleAfterAnother(suite.base));
  test('the cinema hangs one poster after another', () => cinemaHangsOnePosterAfterAnother(suite.base));
  test('the landing page tells the size of the library', () => landingTellsTheLibrary(suite.base));
  test('the screen joins the fleet and takes a command', () => screenJoinsTheFleet(suite.base, adminToken));
});
