import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cinemaSettings, footerOf, specsOf } from '../../services/gateway/web/cinema/cinema_texts.js';
import { choose, posterOf } from '../../services/gateway/web/cinema/now_playing.js';

test('defaults: change every 5 minutes, light, header and footer', () => {
  const settings = cinemaSettings({});

  assert.equal(settings.intervalSeconds, 300);
  assert.deepEqual(settings.header, { shown: true, text: 'Now Showing', style: 'classic' });
  assert.equal(settings.footer.shown, true);
  assert.equal(settings.footer.type, 'specs');
  assert.equal(settings.ambilight, 0.6);
  assert.equal(settings.nowPlaying.enabled, false);
});

test('applies settings and clamps values to their range', () => {
  const settings = cinemaSettings({ cinema: {
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

test('rotation 0 never changes the poster; invalid values use the default', () => {
  const seconds = (minutes) => cinemaSettings({ cinema: { rotationIntervalMinutes: minutes } }).intervalSeconds;

  assert.deepEqual([0, 0.5, -1, 'soon', null, undefined].map(seconds), [Infinity, 30, 300, 300, 300, 300]);
});

test('reads the orientation from its older setting', () => {
  assert.equal(cinemaSettings({ cinemaOrientation: 'portrait' }).orientation, 'portrait');
});

test('formats the known technical details', () => {
  const item = { videoStreams: [{ height: 2160, aspectRatio: '2.39' }], hasDolbyVision: true, hasHDR: true, runtime: 136,
    audioTracks: [{ codec: 'eac3', channels: 6, profile: 'Dolby Digital Plus + Dolby Atmos' }], contentRating: 'PG-13' };

  assert.deepEqual(specsOf(item), ['4K', 'Dolby Vision', 'Dolby Atmos', '2.39:1', '2 h 16 min', 'PG-13']);
  assert.deepEqual(specsOf(item, { showResolution: false, showFlags: false, showAudio: false, showAspectRatio: false }),
    ['2 h 16 min', 'PG-13']);
  assert.deepEqual(specsOf({ qualityLabel: '1080p', audioTracks: [{ codec: 'ac3', channels: 6 }], runtime: 50 }),
    ['1080p', 'Dolby Digital 5.1', '50 min']);
});

test('the footer shows the texts of its type', () => {
  const item = { title: 'Alien', year: 1979, runtime: 117, contentRating: 'R', genres: ['Horror', 'Sci-Fi'], tagline: 'In space.' };
  const footer = (type) => footerOf(item, cinemaSettings({ cinema: { footer: { type } } }).footer);

  assert.deepEqual(footer('metadata'), ['Alien', '1979', '1 h 57 min', 'R', 'Horror, Sci-Fi']);
  assert.deepEqual(footer('tagline'), ['In space.']);
  assert.deepEqual(footer('specs'), ['1 h 57 min', 'R']);
  assert.deepEqual([footer('marquee'), footerOf({ title: 'A' }, { type: 'tagline' }), footerOf(null, { type: 'specs' })], [[], [], []]);
});

test('an item without technical details has no specs', () => {
  assert.deepEqual(specsOf({ title: 'A' }), []);
});

test('selects the session of the configured user and shows an episode as its series', () => {
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

test('keeps a randomly selected session while it lasts', () => {
  const sessions = ['1', '2', '3'].map((key) => ({ ratingKey: key, sessionKey: key, thumb: '/t' }));
  const random = { user: '', random: true };

  assert.equal(choose(sessions, random, null, () => 0.5).ratingKey, '2');
  assert.equal(choose(sessions, random, sessions[2], () => 0.5).ratingKey, '3');
  assert.equal(choose(sessions.slice(0, 2), random, sessions[2], () => 0.9).ratingKey, '2');
});
