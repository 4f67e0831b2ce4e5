// What settings do to our display pages, in a real browser. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { plainPng } from '../support/png.mjs';
import { Folder, adminToken, playlistOf, startSuite } from '../support/suite.mjs';
import { zip } from '../support/zip.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const screen = { width: 1280, height: 720 };
const patience = { timeout: 30_000, polling: 50 };

describe(`display settings, ${shape}`, () => {
  let suite;
  before(async () => {
    const folder = new Folder();
    for (const [index, name] of ['Alpha', 'Beta', 'Gamma', 'Delta'].entries()) {
      folder.write(`posters/${name} (200${index}).zip`, zip({
        'poster.png': plainPng(200, 300, [250, 250, 250 - index]),
        'metadata.json': JSON.stringify({ title: name, year: 2000 + index, runtime: 90 + index, contentRating: 'PG',
          rottenTomatoes: { score: 50 + 16 * index } }) }));
    }
    suite = await startSuite(shape, { folder, sources: [{ name: 'Posters', type: 'local', path: `${folder.path}/posters` }] });
    await playlistOf(suite, 4);
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });
  afterEach(() => save({}));

  /** Puts a display document in place as a whole. */
  async function save(body) {
    const answer = await fetch(`${suite.base}/api/v2/settings/display`, {
      method: 'PUT', headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ body }) });
    assert.equal(answer.status, 200, await answer.text());
  }

  /** The boxes of the cinema page, once a poster is decoded and its fade is over. */
  async function cinema(look) {
    await withPage(screen, async (page, heard) => {
      await page.goto(`${suite.base}/cinema?register=0`);
      await page.waitForFunction(() => {
        const poster = document.querySelector('.sheet .poster');
        return poster && poster.naturalWidth > 0 && document.getAnimations().length === 0;
      }, null, patience);
      await look(page, await page.evaluate(() => Object.fromEntries(['header', 'frame', 'footer'].map((id) => {
        const { top, bottom, height } = document.getElementById(id).getBoundingClientRect();
        return [id, { top, bottom, height }];
      }))));
      assert.deepEqual(heard.complaints, []);
    });
  }

  test('a cinema without its header gives the poster the height', async () => {
    await save({ cinema: { header: { enabled: false } } });
    await cinema(async (page, { header, frame, footer }) => {
      assert.equal(header.height, 0);
      assert.equal(frame.top, 0);
      assert.equal(frame.bottom, footer.top);
      assert.ok(frame.height > screen.height * 0.8, `the frame is ${frame.height} px high`);
    });
  });

  test('a cinema without its footer shows none, whatever it would say', async () => {
    for (const type of ['specs', 'marquee']) {
      await save({ cinema: { footer: { enabled: false, type } } });
      await cinema(async (page, boxes) => {
        assert.equal(await page.getAttribute('#footer', 'data-kind'), type);
        assert.equal(boxes.footer.height, 0);
        assert.equal(boxes.frame.bottom, screen.height);
      });
    }
  });

  test('a cinema without both is nothing but the poster', async () => {
    await save({ cinema: { header: { enabled: false }, footer: { enabled: false } } });
    await cinema(async (page, { frame }) => assert.deepEqual([frame.top, frame.bottom], [0, screen.height]));
  });
});
