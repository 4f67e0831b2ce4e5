// Notices of a display before there is anything to show. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { startSuite } from '../support/suite.mjs';
import { withPage } from './browser.mjs';

const shape = process.env.SHAPE ?? 'allinone';

describe(`first start, ${shape}`, () => {
  let suite;
  before(async () => {
    // A port that was in use before and is closed now.
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => gone.once('listening', resolve));
    const { port } = gone.address();
    await new Promise((resolve) => gone.close(resolve));
    suite = await startSuite(shape, { sources: [
      { name: 'Den', type: 'plex', url: `http://127.0.0.1:${port}`, token: 'secret-token', movie_libraries: ['Films'] }] });
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  // How soon the notice appears is tests/web/library.test.mjs's, by a clock of its own.
  test('shows a waiting notice, and the failing source after 30 s', () =>
    withPage({ width: 1280, height: 720 }, async (page) => {
      const notice = (why, timeout) => page.waitForFunction((want) =>
        document.querySelector('.notice:not([hidden])')?.dataset.notice === want, why, { timeout, polling: 20 });
      const began = performance.now();
      await page.goto(`${suite.base}/wallart?register=0`, { waitUntil: 'commit' });
      await notice('building', 5_000);

      await notice('failing', 45_000);
      assert.ok(performance.now() - began > 29_000, 'not before half a minute');
      const text = await page.textContent('.notice');
      assert.match(text, /Den cannot be reached/);
      assert.doesNotMatch(text, /127\.0\.0\.1|secret/);
    }));
});
