// Opens the display pages in a browser and checks them:
//
//   node tests/e2e/wall.mjs --base http://127.0.0.1:4000 [--screenshot FILE.png] [--token ADMIN_TOKEN]
//
// The library must have at least three posters. FILE.png is a screenshot of the wall;
// FILE.screensaver.png and FILE.cinema.png are those of the other pages. Exits with 1 and a message
// if a check fails.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

import { withPage } from './browser.mjs';

const landscape = { width: 1920, height: 1080 };
const portrait = { width: 1080, height: 1920 };
const patience = { timeout: 60_000, polling: 100 };

/** In the page: every tile shows a decoded image, and nothing is shown twice without need. */
function wallState() {
  const tiles = [...document.querySelectorAll('.tile')].map((tile) => {
    const image = [...tile.querySelectorAll('img')].at(-1);
    return { key: tile.dataset.key, naturalWidth: image?.complete ? image.naturalWidth : 0 };
  });
  const area = [...document.querySelectorAll('.tile')].reduce((sum, tile) => {
    const { left, top, right, bottom } = tile.getBoundingClientRect();
    return sum + (Math.min(right, innerWidth) - Math.max(left, 0)) * (Math.min(bottom, innerHeight) - Math.max(top, 0));
  }, 0);
  return { tiles, covered: area / (innerWidth * innerHeight) };
}

async function openWall(page, base, interval = 1) {
  await page.goto(`${base}/wallart?interval=${interval}&register=0`);
  await page.waitForFunction(() => document.querySelector('#wall[data-filled="true"]'), null, patience);
}

function assertFull({ tiles, covered }, titles) {
  assert.ok(tiles.length >= 6, `only ${tiles.length} tiles`);
  for (const [index, tile] of tiles.entries()) {
    assert.ok(tile.naturalWidth > 0, `tile ${index} (${tile.key}) shows no decoded image`);
  }
  // The uncovered part are the gaps between tiles.
  assert.ok(covered > 0.95, `posters cover ${(covered * 100).toFixed(1)} % of the screen`);
  const distinct = new Set(tiles.map((tile) => tile.key)).size;
  assert.equal(distinct, Math.min(tiles.length, titles), 'a poster is shown twice, though there are others');
}

export async function wallIsFullAndChanges(base) {
  const titles = (await (await fetch(`${base}/get-media`)).json()).length;
  await withPage(landscape, async (page, heard) => {
    await openWall(page, base);
    const before = await page.evaluate(wallState);
    const refused = heard.images().filter(({ status }) => ![200, 304].includes(status));
    assert.deepEqual([refused, heard.complaints], [[], []]);
    assertFull(before, titles);
    await page.waitForFunction((keys) => [...document.querySelectorAll('.tile')]
      .filter((tile, index) => tile.dataset.key !== keys[index]).length >= 3,
    before.tiles.map((tile) => tile.key), patience);

    assertFull(await page.evaluate(wallState), titles);
    const images = heard.images();
    assert.ok(images.length >= new Set(before.tiles.map((tile) => tile.key)).size, 'images were loaded through /image');
    for (const { url, status } of images) {
      assert.match(url, /[?&]width=\d+&height=\d+/, `requested without a size: ${url}`);
      assert.ok([200, 304].includes(status), `${status} for ${url}`);
    }
    assert.deepEqual(heard.complaints, []);
  });
}

/** After a wall has been full: a refresh brings what its posters look like, and the next wall shows that first. */
export async function wallShowsPlaceholders(base, token) {
  const refreshed = await fetch(`${base}/api/admin/refresh-media`, {
    method: 'POST', headers: { authorization: `Bearer ${token}` } });
  assert.equal(refreshed.status, 200);
  await withPage(landscape, async (page, heard) => {
    let letImagesIn;
    const letIn = new Promise((resolve) => { letImagesIn = resolve; });
    await page.route('**/image?*', async (route) => {
      await letIn;
      await route.continue();
    });
    await page.goto(`${base}/wallart?interval=60&register=0`);
    await page.waitForFunction(() => document.querySelectorAll('.placeholder').length > 6, null, patience);
    const known = await page.evaluate(() => [...document.querySelectorAll('.placeholder')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return { ratio: canvas.height / canvas.width, colours: new Set(data.map((value) => value >> 3)).size };
    }));
    for (const { ratio, colours } of known) {
      assert.ok(Math.abs(ratio - 1.5) < 0.2, `a poster is half as high again as wide, this is ${ratio}`);
      assert.ok(colours > 4, 'the placeholder has more than one colour');
    }

    letImagesIn();
    await page.waitForFunction(() => document.querySelector('#wall[data-filled="true"]')
      && !document.querySelector('.placeholder'), null, patience);

    assert.deepEqual(heard.complaints, []);
  });
}

export async function cinemaShowsOnePosterAfterAnother(base, screenshot) {
  await withPage(portrait, async (page, heard) => {
    await page.goto(`${base}/cinema?interval=1&register=0`);
    const posterHangs = (seen) => {
      const { key } = document.querySelector('#frame').dataset;
      const poster = [...document.querySelectorAll('.sheet .poster')].at(-1);
      return key && key !== seen && poster?.naturalWidth > 0 && poster.clientHeight > innerHeight / 2 && { key };
    };
    const first = await (await page.waitForFunction(posterHangs, null, patience)).jsonValue();
    const second = await (await page.waitForFunction(posterHangs, first.key, patience)).jsonValue();
    assert.notEqual(second.key, first.key);
    await page.waitForFunction(() => document.querySelectorAll('.sheet').length === 1, null, patience);
    assert.equal(await page.textContent('#header'), 'Now Showing');
    assert.notEqual((await page.textContent('#footer')).trim(), '');
    if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '.cinema.png') });
    assert.deepEqual(heard.complaints, []);
  });
}

/** The wall at rest, for the README. */
export async function takeScreenshotOfTheWall(base, screenshot) {
  if (!screenshot) return;
  await withPage(landscape, async (page) => {
    await openWall(page, base, 3600);
    await page.waitForFunction(() => !document.getAnimations().some((animation) =>
      animation.playState === 'running' && animation.effect.getTiming().fill === 'backwards'), null, patience);
    await page.screenshot({ path: screenshot });
  });
}

export async function wallFillsAPortraitScreen(base) {
  const titles = (await (await fetch(`${base}/get-media`)).json()).length;
  await withPage(portrait, async (page, heard) => {
    await openWall(page, base);
    assertFull(await page.evaluate(wallState), titles);
    assert.deepEqual(heard.complaints, []);
  });
}

export async function wallStaysWithoutServer(base) {
  await withPage(landscape, async (page) => {
    await openWall(page, base);
    // A route also prevents the browser from using its cache.
    await page.route('**/*', (route) => route.abort());
    await page.waitForFunction(() => Number(document.querySelector('#wall').dataset.failures) >= 3, null, patience);
    const { tiles } = await page.evaluate(wallState);
    assert.ok(tiles.every((tile) => tile.naturalWidth > 0), 'a tile went dark while the server was unavailable');

    const changes = await page.evaluate(() => Number(document.querySelector('#wall').dataset.changes));
    await page.unroute('**/*');
    await page.waitForFunction((n) => Number(document.querySelector('#wall').dataset.changes) > n, changes, patience);
  });
}

export async function screensaverShowsOneTitleAfterAnother(base, screenshot) {
  await withPage(landscape, async (page, heard) => {
    await page.goto(`${base}/screensaver?interval=1&register=0`);
    const slideShown = (seen) => {
      const slide = [...document.querySelectorAll('.slide')].at(-1);
      const backdrop = slide?.querySelector('.backdrop');
      const key = document.querySelector('#stage').dataset.key;
      return key && key !== seen && backdrop?.naturalWidth > 0 && backdrop.clientWidth >= innerWidth &&
        backdrop.clientHeight >= innerHeight && slide.textContent.trim() !== '' && { key };
    };
    const first = await (await page.waitForFunction(slideShown, null, patience)).jsonValue();
    const second = await (await page.waitForFunction(slideShown, first.key, patience)).jsonValue();
    assert.notEqual(second.key, first.key);
    await page.waitForFunction(() => document.querySelectorAll('.slide').length === 1, null, patience);
    assert.match(await page.textContent('#clock'), /\d:\d\d/);
    if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '.screensaver.png') });
    assert.deepEqual(heard.complaints, []);
  });
}

export async function landingShowsLibrarySize(base) {
  await withPage(landscape, async (page, heard) => {
    await page.goto(`${base}/`);
    await page.waitForFunction(() => /^\d+ title/.test(document.querySelector('#library').textContent), null, patience);
    await page.waitForFunction(() => document.querySelector('#health').dataset.state === 'good', null, patience);
    assert.equal(await page.evaluate(() => document.querySelector('.page-link').href), `${base}/wallart`);
    assert.deepEqual(heard.complaints, []);
  });
}

/** @param {string} [token] admin token: with it the screen is also sent to another page */
export async function screenRegistersAndRunsCommand(base, token) {
  await withPage(landscape, async (page, heard) => {
    await page.goto(`${base}/wallart`);
    await page.waitForFunction(() => document.body.dataset.socket === 'open', null, patience);
    const joined = await page.evaluate(() => JSON.parse(localStorage.getItem('marquee.device')));

    await page.reload();
    await page.waitForFunction(() => document.body.dataset.socket === 'open', null, patience);
    assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem('marquee.device'))), joined,
      'a registered screen does not register again');

    if (token) {
      const answer = await fetch(`${base}/api/devices/${joined.deviceId}/command?wait=true`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'mode.navigate', payload: { mode: 'screensaver' } }),
      });
      assert.deepEqual((await answer.json()).ack, { status: 'ok', info: null });
      await page.waitForURL('**/screensaver', { timeout: patience.timeout });
    }
    assert.deepEqual(heard.complaints, []);
  });
}

async function main() {
  const { values } = parseArgs({ options: {
    base: { type: 'string' }, screenshot: { type: 'string' }, token: { type: 'string' } } });
  if (!values.base) {
    process.stderr.write('usage: node wall.mjs --base http://HOST:PORT [--screenshot FILE.png] [--token ADMIN_TOKEN]\n');
    return 2;
  }
  const base = values.base.replace(/\/$/, '');
  let failed = 0;
  const checks = {
    'the wall is full of decoded posters, which change': () => wallIsFullAndChanges(base),
    'takes a screenshot of the wall': () => takeScreenshotOfTheWall(base, values.screenshot),
    'the wall fills a portrait screen': () => wallFillsAPortraitScreen(base),
    'the wall stays while the server is unavailable': () => wallStaysWithoutServer(base),
    'the cinema shows one poster after another': () => cinemaShowsOnePosterAfterAnother(base, values.screenshot),
    'the screensaver shows one title after another': () => screensaverShowsOneTitleAfterAnother(base, values.screenshot),
    'the landing page shows the size of the library': () => landingShowsLibrarySize(base),
    'the screen registers and runs a command': () => screenRegistersAndRunsCommand(base, values.token),
  };
  for (const [name, check] of Object.entries(checks)) {
    const began = performance.now();
    try {
      await check();
      process.stdout.write(`ok      ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
    } catch (error) {
      failed += 1;
      process.stdout.write(`FAILED  ${name}: ${error.stack}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main();
