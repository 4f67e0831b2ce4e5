import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.matchMedia = () => ({ matches: false });
globalThis.location = { href: 'http://wall/screensaver', origin: 'http://wall' };
const { scoreOf } = await import('../../services/gateway/web/screensaver/score.js');
const { sameImage } = await import('../../services/gateway/web/screensaver/slideshow.js');

test('compares a score in points out of ten and formats it', () => {
  assert.equal(scoreOf({ score: 69, icon: 'fresh' }, 7), null);
  assert.deepEqual(scoreOf({ score: 70, icon: 'fresh' }, 7), { text: '70 %', shape: 'tomato', label: 'Rotten Tomatoes: 70 %' });
  assert.equal(scoreOf({ score: 99, icon: 'certified-fresh' }, 10), null);
  assert.equal(scoreOf({ score: 100 }, 10).shape, 'tomato');
});

test('shows a splash for a low score and nothing without a score', () => {
  assert.equal(scoreOf({ score: 59, icon: 'rotten' }, 0).shape, 'splash');
  assert.equal(scoreOf({ score: 59 }, 0).shape, 'splash');
  assert.equal(scoreOf({ score: 0, icon: 'rotten' }, 0).text, '0 %');
  assert.deepEqual([scoreOf(undefined, 0), scoreOf({}, 0), scoreOf({ score: 0 }, 0)], [null, null, null]);
});

test('recognises a background equal to the poster in any size', () => {
  const poster = '/image?server=demo&path=%2FA.jpg&v=1';

  assert.equal(sameImage(poster, poster), true);
  assert.equal(sameImage(poster, '/image?path=%2FA.jpg&server=demo&v=2&exp=7&sig=x'), true);
  assert.equal(sameImage(poster, '/image?server=demo&path=%2FB.jpg&v=1'), false);
  assert.equal(sameImage(poster, '/image?server=other&path=%2FA.jpg&v=1'), false);
  assert.equal(sameImage('http://a/x.jpg', 'http://b/x.jpg'), false);
});
