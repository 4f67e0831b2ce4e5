import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeThumbHash } from '../../services/gateway/web/shared/placeholder.js';

/** A hash of no waves but those that are given: means of 0…63, a scale of light, its levels of 0…15. */
function hash({ light = 0, yellow = 32, red = 32, scale = 0, shape = 5, landscape = false, levels = [] }) {
  const head = light | (yellow << 6) | (red << 12) | (scale << 18);
  const form = shape | (landscape ? 1 << 15 : 0);
  const bytes = [head & 255, (head >> 8) & 255, head >> 16, form & 255, form >> 8];
  for (let i = 0; i < 48; i += 2) bytes.push((levels[i] ?? 0) | ((levels[i + 1] ?? 0) << 4));
  return btoa(String.fromCharCode(...bytes));
}
const pixel = ({ rgba, width }, x, y) => [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];

test('an image of one colour decodes to that colour', () => {
  const [r, g, b, a] = pixel(decodeThumbHash(hash({ light: 21, yellow: 48, red: 63 })), 10, 10);

  assert.ok(r > 200 && g < 30 && b < 30, `${r} ${g} ${b}`);
  assert.equal(a, 255);
});

test('has the aspect ratio of the image', () => {
  const poster = decodeThumbHash(hash({ shape: 5 }));
  const backdrop = decodeThumbHash(hash({ shape: 4, landscape: true }));

  assert.deepEqual([poster.width, poster.height], [23, 32]);
  assert.deepEqual([backdrop.width, backdrop.height], [32, 18]);
});

test('the first coefficient varies from left to right', () => {
  const levels = Array(48).fill(7.5);
  levels[0] = 15;
  const image = decodeThumbHash(hash({ light: 31, scale: 10, levels }));

  assert.ok(pixel(image, 0, 16)[1] > 180);
  assert.ok(pixel(image, 22, 16)[1] < 80);
});

test('returns null for an invalid hash', () => {
  for (const text of ['', 'AAAA', 'not base64!', 'AAAAAAA=']) assert.equal(decodeThumbHash(text), null);
});

test('decodes a hash made by the image service', () => {
  // The image, 60 × 90: upper half #c02020, lower half #2020c0 (describe_test.cc).
  const image = decodeThumbHash('1ZYCnRoMGYmIaIiIiISo2IePiPeI');

  assert.deepEqual([image.width, image.height], [23, 32]);
  const [top, bottom] = [pixel(image, 11, 4), pixel(image, 11, 27)];
  assert.ok(top[0] > 150 && top[2] < 90, String(top));
  assert.ok(bottom[2] > 150 && bottom[0] < 90, String(bottom));
});
