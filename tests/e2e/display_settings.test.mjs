// Effects of settings on the display pages, in a real browser. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { plainPng } from '../support/png.mjs';
import { Folder, adminToken, playlistOf, startSuite } from '../support/suite.mjs';
import { zip } from '../support/zip.mjs';
import { withPage } from './browser.mjs';
import { contrast, luminance, pixelsOf } from './pixels.mjs';

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
        'metadata.json': JSON.stringify({ title: name, tagline: `In a world of ${name}`, year: 2000 + index, runtime: 90 + index, contentRating: 'PG',
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

  test('without its header the cinema poster uses the full height', async () => {
    await save({ cinema: { header: { enabled: false } } });
    await cinema(async (page, { header, frame, footer }) => {
      assert.equal(header.height, 0);
      assert.equal(frame.top, 0);
      assert.equal(frame.bottom, footer.top);
      assert.ok(frame.height > screen.height * 0.8, `the frame is ${frame.height} px high`);
    });
  });

  test('without its footer the cinema shows no footer texts', async () => {
    for (const type of ['specs', 'marquee']) {
      await save({ cinema: { footer: { enabled: false, type } } });
      await cinema(async (page, boxes) => {
        assert.equal(await page.getAttribute('#footer', 'data-kind'), type);
        assert.equal(boxes.footer.height, 0);
        assert.equal(boxes.frame.bottom, screen.height);
      });
    }
  });

  test('without header and footer the cinema shows only the poster', async () => {
    await save({ cinema: { header: { enabled: false }, footer: { enabled: false } } });
    await cinema(async (page, { frame }) => assert.deepEqual([frame.top, frame.bottom], [0, screen.height]));
  });

  test('the clock is readable over white, in 24 h with two digits', async () => {
    await save({ transitionEffect: 'none', clockTimezone: 'UTC' });
    await withPage(screen, async (page) => {
      await page.goto(`${suite.base}/screensaver?register=0&interval=3600`);
      await page.waitForFunction(() => document.querySelector('.slide .backdrop'), null, patience);
      // White directly behind the clock.
      await page.evaluate(() => { document.querySelector('.slide').style.cssText = 'background: #fff'; document.querySelector('.slide').replaceChildren(); });
      assert.match(await page.textContent('#clock'), /^\d\d:\d\d$/);
      const box = await page.locator('#clock').boundingBox();
      const round = (x, y, width, height) => ({ x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) });
      const inside = await pixelsOf(page, round(box.x + box.width * 0.1, box.y + box.height * 0.15, box.width * 0.8, box.height * 0.7));
      const outside = await pixelsOf(page, round(box.x - 20, box.y, 10, 10));
      assert.ok(luminance(outside[0]) > 0.99, 'the image is white');
      const sorted = inside.sort((a, b) => luminance(a) - luminance(b));
      // Digits are the lightest part, the background of the clock most of the rest.
      const ratio = contrast(sorted[Math.floor(sorted.length / 2)], sorted[Math.floor(sorted.length * 0.97)]);
      assert.ok(ratio >= 4.5, `contrast ${ratio.toFixed(2)}`);
    });
  });

  test('a poster used as background is blurred, with the poster beside its title', async () => {
    await withPage(screen, async (page, heard) => {
      await page.goto(`${suite.base}/screensaver?register=0&interval=3600`);
      await page.waitForFunction(() => document.querySelector('.slide .backdrop.blurred') &&
        document.querySelector('.poster-first .card .poster'), null, patience);
      const { height, filter } = await page.evaluate(() => ({
        height: document.querySelector('.card .poster').clientHeight,
        filter: getComputedStyle(document.querySelector('.backdrop')).filter }));
      assert.ok(height > screen.height * 0.6, `the poster is ${height} px high`);
      assert.match(filter, /blur/);
      assert.deepEqual(heard.complaints, []);
    });
  });

  test('texts of two titles never overlap, and the clock fades when it moves', async () => {
    await save({ transitionEffect: 'fade' });
    await withPage(screen, async (page) => {
      await page.goto(`${suite.base}/screensaver?register=0&interval=2.5`);
      await page.waitForFunction(() => document.querySelector('.slide .card'), null, patience);
      const worst = await page.evaluate(() => new Promise((resolve) => {
        const seen = (element) => {
          let opacity = 1;
          for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
          return opacity;
        };
        const out = { together: 0, pairs: 0, faintestClock: 1 };
        const frame = () => {
          const words = [...document.querySelectorAll('.words')].map(seen);
          if (words.length > 1) {
            out.pairs += 1;
            out.together = Math.max(out.together, Math.min(...words));
          }
          const clock = document.querySelector('#clock');
          out.faintestClock = Math.min(out.faintestClock, seen(clock));
          out.left = clock.classList.contains('left');
          // Card and clock change sides every fourth title.
          if (Number(document.querySelector('#stage').dataset.changes) > 4 && words.length === 1 && seen(clock) === 1) resolve(out);
          else requestAnimationFrame(frame);
        };
        frame();
      }));
      assert.ok(worst.pairs > 0, 'two slides existed at the same time');
      assert.ok(worst.together < 0.05, `both at ${worst.together}`);
      assert.ok(worst.left && worst.faintestClock < 0.5, JSON.stringify(worst));
    });
  });

  test('shows scores at or above the minimum, with an icon', async () => {
    const scores = async () => {
      const seen = {};
      await withPage(screen, async (page) => {
        await page.goto(`${suite.base}/screensaver?register=0&interval=0.5`);
        for (let i = 0; i < 4; i += 1) {
          await page.waitForFunction((known) => {
            const words = [...document.querySelectorAll('.words')].pop();
            return words && !known.includes(words.querySelector('h1').textContent);
          }, Object.keys(seen), patience);
          Object.assign(seen, await page.evaluate(() => {
            const words = [...document.querySelectorAll('.words')].pop();
            const score = words.querySelector('.score');
            return { [words.querySelector('h1').textContent]: score &&
              `${score.querySelector('svg').dataset.shape} ${score.textContent}` };
          }));
        }
      });
      return seen;
    };
    await save({ transitionEffect: 'none' });
    assert.deepEqual(await scores(), { Alpha: 'splash 50 %', Beta: 'tomato 66 %', Gamma: 'tomato 82 %', Delta: 'tomato 98 %' });
    await save({ transitionEffect: 'none', rottenTomatoesMinimumScore: 7 });
    assert.deepEqual(await scores(), { Alpha: null, Beta: null, Gamma: 'tomato 82 %', Delta: 'tomato 98 %' });
  });

  test('a pushed setting is reverted when its override is cleared', async () => {
    await withPage(screen, async (page, heard) => {
      await page.goto(`${suite.base}/cinema`);
      await page.waitForFunction(() => document.body.dataset.socket === 'open', null, patience);
      const { deviceId } = await page.evaluate(() => JSON.parse(localStorage.getItem('marquee.device')));
      const override = async (settingsOverride) => {
        const answer = await fetch(`${suite.base}/api/devices/${deviceId}`, {
          method: 'PATCH', headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ settingsOverride }) });
        assert.equal(answer.status, 200, await answer.text());
      };
      const header = (text) => page.waitForFunction((want) => document.querySelector('#header').textContent === want, text,
        { timeout: 5_000, polling: 50 });

      await override({ cinema: { header: { text: 'Matinee' }, footer: { enabled: false } } });
      await header('Matinee');
      await override({ cinema: { footer: { enabled: false } } });
      await header('Now Showing');
      assert.equal(await page.isVisible('#footer'), false);
      await override({});
      await page.waitForFunction(() => !document.querySelector('#footer').hidden, null, { timeout: 5_000, polling: 50 });
      assert.deepEqual(heard.complaints, []);
    });
  });

  test('the wall requests albums or games if configured', async () => {
    const asked = async (path) => {
      const urls = [];
      await withPage(screen, async (page) => {
        page.on('request', (request) => urls.push(new URL(request.url())));
        await page.goto(`${suite.base}/${path}?register=0`);
        await page.waitForResponse((response) => response.url().includes('/get-media'), patience);
      });
      return urls.filter(({ pathname }) => pathname === '/get-media').map(({ searchParams }) =>
        ['musicMode', 'gamesOnly'].filter((name) => searchParams.get(name) === '1').join()).shift();
    };
    assert.equal(await asked('wallart'), '');
    await save({ wallartMode: { gamesOnly: true } });
    assert.deepEqual([await asked('wallart'), await asked('screensaver'), await asked('cinema')], Array(3).fill('gamesOnly'));
    await save({ wallartMode: { gamesOnly: true, musicMode: { enabled: true } } });
    assert.deepEqual([await asked('wallart'), await asked('screensaver')], ['musicMode', 'gamesOnly']);
  });

  test('settings of Posterrama 3.0.1 and unknown ones are served, and the footer shows the tagline', async () => {
    const body = { cinema: { orientation: 'landscape-flipped', footer: { type: 'tagline' }, ambience: { glow: 3 } }, futureKey: [1] };
    await save(body);
    const served = await (await fetch(`${suite.base}/get-config`)).json();
    assert.deepEqual([served.cinema.orientation, served.cinema.footer.type, served.cinema.ambience, served.futureKey],
      ['landscape-flipped', 'tagline', { glow: 3 }, [1]]);
    await save({ ...body, cinema: { ...body.cinema, orientation: 'portrait' } });
    await cinema(async (page) => {
      assert.equal(await page.getAttribute('#footer', 'data-kind'), 'tagline');
      assert.match(await page.textContent('#footer'), /^In a world of \w+$/);
    });
  });

  test('an unknown value of a known setting is rejected with the nearest, or kept if that is requested', async () => {
    const put = async (query, density) => {
      const answer = await fetch(`${suite.base}/api/v2/settings/display${query}`, {
        method: 'PUT', headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ body: { wallartMode: { density } } }) });
      return { status: answer.status, text: await answer.text() };
    };
    const rejected = await put('', 'ludicruos');
    assert.equal(rejected.status, 400);
    assert.match(rejected.text, /did you mean \\?"ludicrous\\?"/);
    assert.equal((await put('?accept_unknown=1', 'ludicruos')).status, 200);
    assert.equal((await (await fetch(`${suite.base}/get-config`)).json()).wallartMode.density, 'ludicruos');
    // The page uses its default.
    await withPage(screen, async (page, heard) => {
      await page.goto(`${suite.base}/wallart?register=0`);
      await page.waitForFunction(() => document.querySelector('#wall[data-filled="true"]'), null, patience);
      assert.deepEqual(heard.complaints, []);
    });
  });

  test('refreshRate sets the interval between changes of the wall', async () => {
    await save({ wallartMode: { refreshRate: 10, randomness: 0 } });
    await withPage(screen, async (page) => {
      await page.goto(`${suite.base}/wallart?register=0`);
      await page.waitForFunction(() => document.querySelector('#wall[data-filled="true"]'), null, patience);
      const gaps = await page.evaluate(() => new Promise((resolve) => {
        const wall = document.querySelector('#wall');
        const times = [];
        new MutationObserver(() => {
          // Two tiles that change at the same time count as one change.
          const now = performance.now();
          if (times.length === 0 || now - times[times.length - 1] > 500) times.push(now);
          if (times.length === 3) resolve([times[1] - times[0], times[2] - times[1]]);
        }).observe(wall, { attributes: true, attributeFilter: ['data-changes'] });
      }));
      for (const gap of gaps) assert.ok(gap > 1900 && gap < 10_000, `a change after ${Math.round(gap)} ms, wanted 2005`);
    });
  });
});

describe(`density of the wall, ${shape}`, () => {
  let suite;
  before(async () => {
    const folder = new Folder();
    for (let i = 0; i < 130; ++i) folder.write(`posters/Title ${i} (1990).png`, plainPng(20, 30, [i, 2 * i % 256, 90]));
    suite = await startSuite(shape, { folder, sources: [{ name: 'Posters', type: 'local', path: `${folder.path}/posters` }] });
    await playlistOf(suite, 130);
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  test('ludicrous fills the wall with about 90 tiles, twice as many as high', async () => {
    const tiles = {};
    for (const density of ['high', 'ludicrous']) {
      const saved = await fetch(`${suite.base}/api/v2/settings/display`, {
        method: 'PUT', headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ body: { wallartMode: { density } } }) });
      assert.equal(saved.status, 200, await saved.text());
      await withPage(screen, async (page) => {
        await page.goto(`${suite.base}/wallart?register=0`);
        await page.waitForFunction(() => document.querySelector('#wall[data-filled="true"]'), null, patience);
        tiles[density] = await page.evaluate(() => document.querySelectorAll('#wall > *').length);
      });
    }
    assert.ok(tiles.ludicrous >= 65 && tiles.ludicrous <= 125, `${tiles.ludicrous} tiles`);
    assert.ok(tiles.ludicrous > 1.4 * tiles.high, JSON.stringify(tiles));
  });
});
