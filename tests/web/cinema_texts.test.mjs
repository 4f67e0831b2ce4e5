import assert from 'node:assert/strict';
import { test } from 'node:test';

import { billing, footerOf, specsOf } from '../../services/gateway/web/app/billing.js';
import { choose, posterOf } from '../../services/gateway/web/app/now_playing.js';

test('without settings the poster changes every 5 minutes, lit, between a header and a footer', () => {
  const settings = billing({});

  assert.equal(settings.intervalSeconds, 300);
  assert.deepEqual(settings.header, { shown: true, text: 'Now Showing', style: 'classic' });
  assert.equal(settings.footer.shown, true);
  assert.equal(settings.footer.type, 'specs');
  assert.equal(settings.ambilight, 0.6);
  assert.equal(settings.nowPlaying.enabled, false);
});

test('settings are taken, and what is out of range is drawn into it', () => {
  const settings = billing({ cinema: {
    rotationIntervalMinutes: 2, orientation: 'portrait-flipped', header: { enabled: false, style: 'plaid' },
    footer: { type: 'marquee', marqueeText: ' Popcorn! ' }, ambilight: { strength: 250 },
    nowPlaying: { enabled: true, priority: 'user', filterUser: 'ada', updateIntervalSeconds: 1 } } });

  assert.equal(settings.intervalSeconds, 120);
  assert.equal(settings.orientation, 'portrait-flipped');
  assert.deepEqual([settings.header.shown, settings.header.style], [false, 'classic']);
  assert.deepEqual([settings.footer.type, settings.footer.text], ['marquee', 'Popcorn!']);
  assert.equal(settings.ambilight, 1);
  assert.deepEqual(settings.nowPlaying, { enabled: true, random: false, user: 'ada', fallback: true, everySeconds: 5 });
});

test('a rotation of 0 keeps the poster, and one that is no number is the default', () => {
  const seconds = (minutes) => billing({ cinema: { rotationIntervalMinutes: minutes } }).intervalSeconds;

  assert.deepEqual([0, 0.5, -1, 'soon', null, undefined].map(seconds), [Infinity, 30, 300, 300, 300, 300]);
});

test('the older place of the orientation is heeded', () => {
  assert.equal(billing({ cinemaOrientation: 'portrait' }).orientation, 'portrait');
});

test('specs say what is known, in words', () => {
  const item = { videoStreams: [{ height: 2160, aspectRatio: '2.39' }], hasDolbyVision: true, hasHDR: true, runtime: 136,
    audioTracks: [{ codec: 'eac3', channels: 6, profile: 'Dolby Digital Plus + Dolby Atmos' }], contentRating: 'PG-13' };

  assert.deepEqual(specsOf(item), ['4K', 'Dolby Vision', 'Dolby Atmos', '2.39:1', '2 h 16 min', 'PG-13']);
  assert.deepEqual(specsOf(item, { showResolution: false, showFlags: false, showAudio: false, showAspectRatio: false }),
    ['2 h 16 min', 'PG-13']);
  assert.deepEqual(specsOf({ qualityLabel: '1080p', audioTracks: [{ codec: 'ac3', channels: 6 }], runtime: 50 }),
    ['1080p', 'Dolby Digital 5.1', '50 min']);
});

test('the footer says what its type asks for', () => {
  const item = { title: 'Alien', year: 1979, runtime: 117, contentRating: 'R', genres: ['Horror', 'Sci-Fi'], tagline: 'In space.' };
  const footer = (type) => footerOf(item, billing({ cinema: { footer: { type } } }).footer);

  assert.deepEqual(footer('metadata'), ['Alien', '1979', '1 h 57 min', 'R', 'Horror, Sci-Fi']);
  assert.deepEqual(footer('tagline'), ['In space.']);
  assert.deepEqual(footer('specs'), ['1 h 57 min', 'R']);
  assert.deepEqual([footer('marquee'), footerOf({ title: 'A' }, { type: 'tagline' }), footerOf(null, { type: 'specs' })], [[], [], []]);
});

test('an item that says nothing has no specs', () => {
  assert.deepEqual(specsOf({ title: 'A' }), []);
});

test('of what plays now the user named is chosen, and an episode hangs as its series', () => {
  const sessions = [{ username: 'bob', thumb: '/b' },
    { username: 'Ada', ratingKey: '7', title: 'Pilot', thumb: '/e', grandparentTitle: 'Series', grandparentThumb: '/s', serverName: 'Den' }];

  assert.equal(choose(sessions, { user: 'ada' }).ratingKey, '7');
  assert.equal(choose(sessions, { user: 'eve' }), null);
  assert.equal(choose([{ username: 'bob' }], { user: '' }), null);
  assert.deepEqual(posterOf(sessions[1]),
    { id: 'playing-7', title: 'Series', year: undefined, posterUrl: '/image?server=Den&path=%2Fs' });
  assert.equal(posterOf({ ...sessions[1], posterUrl: '/image?signed' }).posterUrl, '/image?signed');
  assert.equal(posterOf(null), null);
});

test('a session chosen by chance stays while it lasts', () => {
  const sessions = ['1', '2', '3'].map((key) => ({ ratingKey: key, sessionKey: key, thumb: '/t' }));
  const random = { user: '', random: true };

  assert.equal(choose(sessions, random, null, () => 0.5).ratingKey, '2');
  assert.equal(choose(sessions, random, sessions[2], () => 0.5).ratingKey, '3');
  assert.equal(choose(sessions.slice(0, 2), random, sessions[2], () => 0.9).ratingKey, '2');
});
