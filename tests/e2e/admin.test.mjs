// The control room in a real browser: first account, second factor, log-out. SHAPE=allinone
// (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { bin, playlistOf, startSuite } from '../support/suite.mjs';
import { totp } from '../support/totp.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const user = { username: 'ripley', password: 'a long way from home' };

const secretOf = (uri) => new URL(uri).searchParams.get('secret');

async function inView(page, view) {
  await page.waitForFunction((name) => document.body.dataset.view === name, view, { timeout: 20_000 });
}

async function submit(page, form, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#${form} [name=${name}]`, value);
  await page.click(`#${form} button[type=submit]`);
}


/** What a page asks of the server as itself, cookies and all. */
async function post(page, path, body = {}) {
  return await page.evaluate(async ([to, what]) => {
    const response = await fetch(to, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) });
    return { status: response.status, body: await response.json() };
  }, [path, body]);
}

describe(`admin, ${shape}`, () => {
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

  test('creates the first account; later log-ins require its second factor', () =>
    withPage({ width: 1280, height: 800 }, async (page, heard) => {
      await page.goto(`${suite.base}/admin`);
      await inView(page, 'setup');
      await submit(page, 'setup', user);
      await inView(page, 'overview');
      assert.equal(await page.textContent('#who'), user.username);
      await page.click('nav a[href$="/admin/system"]');
      await page.waitForFunction(() => document.querySelectorAll('#caches tr').length > 1);

      // Codes of adjacent time steps are accepted, so the clock may advance meanwhile.
      const step = Math.floor(Date.now() / 30_000);
      const offered = await post(page, '/api/admin/2fa/generate');
      assert.equal(offered.status, 200);
      const confirmed = await post(page, '/api/admin/2fa/verify', { token: totp(secretOf(offered.body.uri), step) });
      assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
      await page.click('#leave');
      await inView(page, 'login');

      await submit(page, 'login', { ...user, password: 'not what it was' });
      await page.waitForFunction(() => document.getElementById('said').textContent !== '');
      assert.equal(await page.evaluate(() => document.body.dataset.view), 'login');
      await submit(page, 'login', user);
      await inView(page, 'factor');
      await submit(page, 'factor', { totp_code: totp(secretOf(offered.body.uri), step) });
      await page.waitForFunction(() => document.getElementById('said').textContent.includes('already used'));
      assert.equal(await page.evaluate(() => document.body.dataset.view), 'factor');
      await submit(page, 'factor', { totp_code: totp(secretOf(offered.body.uri), step + 1) });
      await inView(page, 'overview');

      assert.equal(await page.textContent('#who'), user.username);
      // The browser may report only the expected error responses.
      const unmeant = heard.complaints.filter((text) => !/status of 40[01]/.test(text));
      assert.deepEqual(unmeant, []);

      await page.route('**/api/**', (route) => route.abort());
      await page.waitForFunction(() => document.getElementById('said').textContent.includes('does not respond'), null, { timeout: 20_000 });
      await page.unroute('**/api/**');
      await page.waitForFunction(() => document.getElementById('said').textContent === '', null, { timeout: 20_000 });
    }));
});
