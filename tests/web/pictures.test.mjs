import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sizedUrl, widthBucket } from '../../services/gateway/web/app/pictures.js';

const origin = 'http://screen.local:4000/wallart';
const poster = '/image?server=Posters&path=%2FThe%20Long%20Tide%20(1987).jpg&v=ab12';

test('asks for the size of the box in device pixels, rounded up to an agreed width', () => {
  assert.equal(sizedUrl(poster, { width: 235, ratio: 1.5, dpr: 1 }, origin), `${poster}&width=240&height=360`);
  assert.equal(sizedUrl(poster, { width: 235, ratio: 1.5, dpr: 2 }, origin), `${poster}&width=480&height=720`);
});

test('screens of about one size ask for the same bytes', () => {
  const widths = new Set([283, 290, 301, 320].map((width) => sizedUrl(poster, { width, ratio: 1.5, dpr: 1 }, origin)));

  assert.equal(widths.size, 1);
});

test('never asks for more than the server allows', () => {
  assert.match(sizedUrl(poster, { width: 3000, ratio: 1.5, dpr: 4 }, origin), /width=3840&height=4000$/);
});

test('a logo is asked for whole', () => {
  assert.match(sizedUrl(poster, { width: 300, ratio: 0.4, dpr: 1, fit: 'inside' }, origin), /width=320&height=128&fit=inside$/);
});

test('pictures of other hosts and other routes are left as they are', () => {
  for (const url of ['https://image.tmdb.org/t/p/w500/a.jpg', '/local-posterpack?zip=a.zip&entry=poster', '/fallback-poster.png']) {
    assert.equal(sizedUrl(url, { width: 300, ratio: 1.5, dpr: 1 }, origin), url);
  }
});

test('a width that is met within two pixels is not doubled up', () => {
  assert.equal(widthBucket(241.6), 240);
  assert.equal(widthBucket(243), 280);
});
