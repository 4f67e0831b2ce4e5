// Settings in the control room: a preview of changes that are not saved, two administrators at once, undo,
// and the second factor, by clicks and keys. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';

import { bin, playlistOf, startSuite, until } from '../support/suite.mjs';
import { totp } from '../support/totp.mjs';
import { accessibilityFindings } from './accessibility.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const user = { username: 'ripley', password: 'a long way from home' };

async function seen(page, what) {
  assert.deepEqual(await accessibilityFindings(page), [], what);
}

async function inView(page, view) {
  await page.waitForFunction((name) => document.body.dataset.view === name, view);
}

async function submit(page, form, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#${form} [name=${name}]`, value);
  await page.click(`#${form} button[type=submit]`);
}

async function openSettings(page, base) {
  page.setDefaultTimeout(0);  // the test's own time-out limits it
  await page.goto(`${base}/admin/settings`);
  await inView(page, 'overview');
  await page.waitForSelector('[data-setting]');
}

const density = (page) => page.inputValue('[name="wallartMode.density"]');
const previewTiles = (page) => page.frameLocator('iframe').locator('.tile[data-key]').count();

describe(`control room settings, ${shape}`, () => {
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

  test('shows changes before they are saved, loses none of two administrators, and undoes', () =>
    withPage({ width: 1400, height: 900 }, async (page) => {
      page.setDefaultTimeout(0);
      await page.goto(`${suite.base}/admin`);
      await inView(page, 'setup');
      await submit(page, 'setup', user);
      await inView(page, 'overview');
      await openSettings(page, suite.base);
      await page.frameLocator('iframe').locator('#wall[data-filled="true"]').waitFor();
      const before = await previewTiles(page);
      await seen(page, 'settings');

      await page.selectOption('[name="wallartMode.density"]', 'low');
      await until(() => previewTiles(page), (tiles) => tiles > 0 && tiles < before);
      await page.fill('[name="transitionIntervalSeconds"]', '1');
      assert.equal(await page.isDisabled('.save-bar [type=submit]'), true, 'an impossible value is not sent');
      await seen(page, 'an impossible value');
      await page.fill('[name="transitionIntervalSeconds"]', '20');

      // Another administrator saves another value of one setting, and one more setting.
      const other = await page.context().newPage();
      await openSettings(other, suite.base);
      await other.selectOption('[name="wallartMode.density"]', 'high');
      await other.selectOption('[name="clockFormat"]', '12h');
      await other.click('.save-bar [type=submit]');
      await other.waitForSelector('.save-bar', { state: 'detached' });

      await page.bringToFront();
      await page.click('.save-bar [type=submit]');
      await page.waitForSelector('dialog fieldset');
      assert.equal(await page.locator('dialog fieldset').count(), 1, 'only what both changed is asked');
      assert.match(await page.textContent('dialog'), /ripley/);
      await seen(page, 'conflict');
      await page.click('dialog .button.main');
      await page.waitForSelector('dialog', { state: 'detached' });
      await page.waitForSelector('.save-bar', { state: 'detached' });
      assert.equal(await density(page), 'low');
      assert.equal(await page.inputValue('[name="clockFormat"]'), '12h');
      assert.equal(await page.inputValue('[name="transitionIntervalSeconds"]'), '20');

      await page.click('.page-head button');
      await page.waitForSelector('.versions li');
      assert.match(await page.textContent('.versions li'), /ripley/);
      await page.click('.versions li >> nth=0 >> button >> nth=0');
      await page.waitForSelector('.changes');
      assert.match(await page.textContent('.changes'), /high → low/);
      await seen(page, 'history');
      await page.click('.versions li >> nth=0 >> button >> nth=1');
      await page.waitForFunction(() => document.querySelector('[name="wallartMode.density"]').value === 'high');

      // The second factor, switched on with the key that the page shows.
      await page.click('nav a[href$="/admin/account"]');
      await page.waitForSelector('#audit tbody tr');
      await seen(page, 'account');
      await page.click('#factor-open');
      await page.fill('dialog input', user.password);
      await page.click('dialog .button.main');
      await page.waitForSelector('#factor-key');
      await seen(page, 'second factor');
      const secret = (await page.textContent('#factor-key')).replaceAll(' ', '');
      const step = Math.floor(Date.now() / 30_000);
      await page.fill('dialog [name=code]', totp(secret, step));
      await page.click('dialog .button.main');
      await page.waitForSelector('#factor-state .good');
      await page.click('#leave');
      await inView(page, 'login');
      await submit(page, 'login', user);
      await inView(page, 'factor');
      // A code is accepted once; that of the next step is valid already.
      await submit(page, 'factor', { totp_code: totp(secret, step + 1) });
      await inView(page, 'overview');
      await page.click('nav a[href$="/admin/account"]');
      await page.waitForSelector('#factor-state .good');
    }));
});
