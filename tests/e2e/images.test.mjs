// Images as seen by displays and in /metrics. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { bin, metricValue, playlistOf, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';

describe(`images, ${shape}`, () => {
  let suite;
  let items;
  before(async () => {
    suite = await startSuite(shape, {
      sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] });
    items = await playlistOf(suite, 24);
  });
  after(async () => {
    const ends = await suite.stop();
    suite.folder.remove();
    assert.deepEqual(ends.map((end) => end.code), ends.map(() => 0), 'every program drains and exits 0');
  });

  const tiers = async () => {
    const text = await suite.metrics();
    const counts = {};
    for (const tier of ['edge', 'memory', 'disk']) {
      for (const result of ['hit', 'miss', 'stale', 'coalesced']) {
        counts[`${tier} ${result}`] = metricValue(text, 'marquee_cache_requests_total', { cache: 'image', tier, result });
      }
    }
    return counts;
  };
  const difference = (before_, after_) =>
    Object.fromEntries(Object.entries(after_).map(([key, value]) => [key, value - before_[key]]).filter(([, value]) => value));

  test('MISS, HIT, 304, and the metrics agree exactly', async () => {
    const url = `${suite.base}${items[0].posterUrl}&width=300&height=450`;
    const start = await tiers();

    const first = await fetch(url);
    const bytes = Buffer.from(await first.arrayBuffer());
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('x-cache'), 'MISS');
    assert.equal(first.headers.get('content-type'), 'image/jpeg');
    const afterFirst = await tiers();
    assert.deepEqual(difference(start, afterFirst), { 'edge miss': 1, 'memory miss': 1, 'disk miss': 1 });

    const second = await fetch(url);
    assert.deepEqual(Buffer.from(await second.arrayBuffer()), bytes);
    assert.equal(second.headers.get('x-cache'), 'HIT');
    assert.match(second.headers.get('cache-status'), /edge.*hit/);
    assert.match(second.headers.get('cache-control'), /immutable/);
    const afterSecond = await tiers();
    assert.deepEqual(difference(afterFirst, afterSecond), { 'edge hit': 1 });

    const third = await fetch(url, { headers: { 'if-none-match': second.headers.get('etag') } });
    assert.equal(third.status, 304);
    assert.equal(await third.text(), '');
    assert.deepEqual(difference(afterSecond, await tiers()), { 'edge hit': 1 });
    assert.equal(await suite.metric('marquee_gateway_images_served_total', { from: 'origin' }), 1);
  });

  test('an image has the requested size and is never enlarged', async () => {
    const { width, height } = jpegSize(await bytesOf(`${items[1].posterUrl}&width=200&height=300`));
    assert.deepEqual([width, height], [200, 300]);
    const whole = jpegSize(await bytesOf(items[1].posterUrl));
    const large = jpegSize(await bytesOf(`${items[1].posterUrl}&width=3900&height=3900&fit=inside`));
    assert.deepEqual(large, whole);
  });

  test('a hundred concurrent requests for one new image cause one decode', async () => {
    const decodes = () => suite.metric('marquee_image_transform_seconds_count');
    const before_ = await decodes();
    const url = `${suite.base}${items[2].posterUrl}&width=333&height=500`;
    const answers = await Promise.all(Array.from({ length: 100 }, async () => {
      const answer = await fetch(url);
      return [answer.status, Buffer.from(await answer.arrayBuffer()).toString('base64')];
    }));
    assert.equal(new Set(answers.map(String)).size, 1);
    assert.equal(answers[0][0], 200);
    assert.equal(await decodes() - before_, 1);
  });

  test('the wall page and all files that it refers to exist', async () => {
    for (const page of ['/', '/wallart', '/screensaver', '/wallart.html', '/screensaver.html']) {
      const answer = await fetch(suite.base + page);
      assert.equal(answer.status, 200, page);
      assert.equal(answer.headers.get('cache-control'), 'no-cache, private', page);
      const text = await answer.text();
      for (const [, path] of text.matchAll(/(?:src|href)="([^"#:]+)"/g)) {
        const asset = await fetch(new URL(path, suite.base + page));
        assert.equal(asset.status, 200, `${page} → ${path}`);
        await asset.arrayBuffer();
      }
    }
  });

  async function bytesOf(path) {
    const answer = await fetch(suite.base + path);
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
  }
});

describe(`images of a media server that hangs, ${shape}`, () => {
  test('the display is redirected to the fallback image, without Retry-After', async () => {
    const server = await FakeJellyfin.start({ token: 'key', movies: [movie('m1', 'Alien', 1979)], image: Buffer.alloc(0) });
    server.hangImages = true;
    const suite = await startSuite(shape, {
      sources: [{ name: 'Den', type: 'jellyfin', url: server.url, token: 'key', movie_libraries: ['Movies'] }],
      image: { fetch_timeout: '1s' } });
    try {
      const [item] = await playlistOf(suite, 1);
      for (const path of [`${item.posterUrl}&width=300`, item.backgroundUrl]) {
        const answer = await fetch(suite.base + path, { redirect: 'manual' });
        assert.equal(answer.status, 302, path);
        assert.equal(answer.headers.get('location'), '/fallback-poster.png');
        assert.equal(answer.headers.get('cache-control'), 'no-store');
        assert.equal(answer.headers.get('retry-after'), null);
      }
    } finally {
      await suite.stop();
      server.stop();
      suite.folder.remove();
    }
  });
});

/** Width and height from the frame header (ITU T.81 B.2.2). */
function jpegSize(bytes) {
  for (let at = 2; at < bytes.length;) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw new Error('no frame header');
}
