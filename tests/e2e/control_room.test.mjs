// From an empty data folder to a wall, by clicks and keys alone: account, a Jellyfin server with a wrong
// key and then the right one, its library, the wall in a second page. Every page and dialog on the way
// is checked by axe-core. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { plainPng } from '../support/png.mjs';
import { bin, startSuite } from '../support/suite.mjs';
import { accessibilityFindings } from './accessibility.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const user = { username: 'ripley', password: 'a long way from home' };
const key = 'the-right-key';

async function seen(page, what) {
  assert.deepEqual(await accessibilityFindings(page), [], what);
}

async function inView(page, view) {
  await page.waitForFunction((name) => document.body.dataset.view === name, view);
}

for (const [name, size, locale, heading] of [
  ['desktop, English', { width: 1280, height: 800 }, 'en-US', 'Where are your posters?'],
  ['phone, German', { width: 390, height: 844 }, 'de-DE', 'Wo sind Ihre Poster?']]) {
  describe(`control room, ${shape}, ${name}`, () => {
    let suite;
    let jellyfin;
    before(async () => {
      jellyfin = await FakeJellyfin.start({ token: key, image: plainPng(200, 300, [90, 40, 160]),
        movies: Array.from({ length: 60 }, (_, i) => movie(`m${i}`, `Film ${i}`, 1960 + i)) });
      suite = await startSuite(shape, {
        sources: [{ name: 'Demo library', type: 'local', path: join(bin, '../share/marquee/demo'), demo: true }] });
    });
    after(async () => {
      await suite.stop();
      suite.folder.remove();
      jellyfin.stop();
    });

    test('leads from an empty data folder to a wall', () => withPage(size, async (page, heard) => {
      page.setDefaultTimeout(0);  // the test's own time-out limits it
      await page.goto(`${suite.base}/admin`);
      await inView(page, 'setup');
      await seen(page, 'first account');
      // The first field has the focus; everything is typed.
      await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'username');
      await page.keyboard.type(user.username);
      await page.keyboard.press('Tab');
      await page.keyboard.type(user.password);
      await page.keyboard.press('Enter');
      await inView(page, 'overview');
      await page.waitForSelector('.empty');
      await seen(page, 'no displays');

      await page.click('nav a[href$="/admin/sources"]');
      await page.waitForSelector('.first-run');
      assert.equal(await page.textContent('.first-run h2'), heading);
      await seen(page, 'first run');
      await page.focus('[data-kind="jellyfin"]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.source-form');

      // Without "http://", as people write it.
      await page.fill('.source-form [name=url]', new URL(jellyfin.url).host);
      await page.fill('.source-form [name=token]', 'not-the-key');
      await page.click('#test');
      await page.waitForSelector('#test-result .notice.bad');
      assert.match(await page.textContent('#test-result'), /does not accept the token/);
      await seen(page, 'wrong key');

      await page.fill('.source-form [name=token]', key);
      await page.click('#test');
      await page.waitForSelector('.picks input');
      assert.match(await page.textContent('.picks'), /Movies\s*60/);
      assert.equal(await page.isChecked('.picks input'), true, 'a library of a new source is chosen');
      await seen(page, 'libraries');
      await page.click('.source-form [type=submit]');
      await page.waitForSelector('[data-source="Jellyfin"][data-state="ok"]');
      await seen(page, 'sources');
      // The key is never sent back to the browser.
      assert.equal((await page.content()).includes(key), false);

      const wall = await page.context().newPage();
      wall.setDefaultTimeout(0);
      await wall.setViewportSize({ width: 1280, height: 800 });
      await wall.goto(`${suite.base}/wallart?density=high`);
      await wall.waitForFunction(() => document.querySelectorAll('.tile[data-key]').length >= 20);

      await page.bringToFront();
      await page.click('nav a[href$="/admin/displays"]');
      await page.waitForSelector('.card[data-state="live"]');
      await seen(page, 'displays');
      await page.click('.card h2 a');
      await page.waitForSelector('.detail');
      await seen(page, 'one display');

      // The browser may report only the expected response: no session yet.
      assert.deepEqual(heard.complaints.filter((text) => !/status of 401/.test(text)), []);
    }, { locale }));
  });
}
