import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sizedUrl, widthBucket } from '../../services/gateway/web/shared/images.js';

const origin = 'http://screen.local:4000/wallart';
const poster = '/image?server=Posters&path=%2FThe%20Long%20Tide%20(1987).jpg&v=ab12';

test('requests the box size in device pixels, rounded up to a common width', () => {
  assert.equal(sizedUrl(poster, { width: 235, ratio: 1.5, dpr: 1 }, origin), `${poster}&width=240&height=360`);
  assert.equal(sizedUrl(poster, { width: 235, ratio: 1.5, dpr: 2 }, origin), `${poster}&width=480&height=720`);
});

test('screens of similar size request the same URL', () => {
  const widths = new Set([283, 290, 301, 320].map((width) => sizedUrl(poster, { width, ratio: 1.5, dpr: 1 }, origin)));

  assert.equal(widths.size, 1);
});

test('limits the requested size to the maximum of the server', () => {
  assert.match(sizedUrl(poster, { width: 3000, ratio: 1.5, dpr: 4 }, origin), /width=3840&height=4000$/);
});

test('requests logos without cropping', () => {
  assert.match(sizedUrl(poster, { width: 300, ratio: 0.4, dpr: 1, fit: 'inside' }, origin), /width=320&height=128&fit=inside$/);
});

test('leaves URLs of other hosts and routes unchanged', () => {
  for (const url of ['https://image.tmdb.org/t/p/w500/a.jpg', '/local-posterpack?zip=a.zip&entry=poster', '/fallback-poster.png']) {
    assert.equal(sizedUrl(url, { width: 300, ratio: 1.5, dpr: 1 }, origin), url);
  }
});

test('does not round up a width that is within two pixels of a common one', () => {
  assert.equal(widthBucket(241.6), 240);
  assert.equal(widthBucket(243), 280);
});
