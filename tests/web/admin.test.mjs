// The modules of the control room that need no browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { awayNotice } from '../../services/gateway/web/admin/core/away.js';
import { failureOf } from '../../services/gateway/web/admin/core/failure.js';
import { chosenLanguage, filled } from '../../services/gateway/web/admin/core/fill.js';
import { agoText, bytesText, percentText } from '../../services/gateway/web/admin/core/format.js';
import { locale } from '../../services/gateway/web/admin/core/locale.js';
import { sendToMany } from '../../services/gateway/web/admin/displays/commands.js';
import { allAction, outcomeOf, resemblingRow, unknownRow, waitingRow } from '../../services/gateway/web/admin/displays/decisions.js';
import { browserText, counted, filtered, posterOf, screenText, stateOf } from '../../services/gateway/web/admin/displays/model.js';
import { addressOf, freeName, mask, missing, targetOf, tidied } from '../../services/gateway/web/admin/sources/kinds.js';
import { cacheRows } from '../../services/gateway/web/admin/system/caches.js';
import de from '../../services/gateway/web/admin/texts/de.js';
import en from '../../services/gateway/web/admin/texts/en.js';

const now = Date.parse('2026-01-10T12:00:00Z');
const english = new Intl.PluralRules('en');
const said = ([key, values]) => filled(en[key], values, english);
const placeholders = (text) => [...new Set(typeof text === 'string' ? text.match(/\{\w+\}/g) : text.other.match(/\{\w+\}/g))].sort();

test('formats sizes and ratios', () => {
  assert.equal(bytesText(0), '0 B');
  assert.equal(bytesText(1536), '1.5 KiB');
  assert.equal(bytesText('3221225472'), '3.0 GiB');
  assert.equal(percentText(97.26), '97.3 %');
  assert.equal(percentText(undefined), '–');
});

test('formats times as durations ago', () => {
  assert.equal(agoText('2026-01-10T11:59:40Z', now), 'now');
  assert.equal(agoText('2026-01-10T11:59:00Z', now), '1 minute ago');
  assert.equal(agoText('2026-01-08T11:00:00Z', now), '2 days ago');
  assert.equal(agoText(null, now), null);
  locale.name = 'de';
  assert.equal(agoText('2026-01-10T09:00:00Z', now), 'vor 3 Stunden');
  assert.equal(bytesText(1536), '1,5 KiB');
  locale.name = 'en';
});

test('German has every text of English, with the same values', () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) {
    assert.equal(typeof de[key], typeof en[key], key);
    assert.deepEqual(placeholders(de[key]), placeholders(en[key]), key);
  }
});

test('chooses the first language of the browser that exists', () => {
  assert.equal(chosenLanguage(['fr', 'de-AT', 'en'], ['en', 'de']), 'de');
  assert.equal(chosenLanguage(['fr'], ['en', 'de']), 'en');
  assert.equal(filled({ one: '{n} title', other: '{n} titles' }, { n: 1 }, english), '1 title');
  assert.equal(filled('{a} and {b}', { a: 'x' }, english), 'x and {b}');
});

test('a display with a socket is live; an absent one says since when', () => {
  assert.equal(stateOf({ presence: 'PRESENCE_LIVE' }), 'live');
  assert.equal(stateOf({ presence: 'PRESENCE_STALE' }), 'online');
  assert.equal(stateOf({ presence: 'PRESENCE_OFFLINE' }), 'offline');
  assert.equal(stateOf({ presence: 'PRESENCE_NEVER_SEEN' }), 'unknown');
});

test('shows a poster only by a path of this server', () => {
  const shown = (posterUrl) => posterOf({ currentState: { posterUrl } });
  assert.equal(shown('/image?server=a&path=b'), '/image?server=a&path=b&width=200');
  assert.equal(shown('/image?server=a&width=90'), '/image?server=a&width=90');
  for (const hostile of ['//evil.example/x.png', 'https://evil.example/x.png', 'javascript:alert(1)', '/\\evil.example', 7, null]) {
    assert.equal(shown(hostile), '', String(hostile));
  }
});

test('finds displays by words, state and group', () => {
  const devices = [
    { id: 'a', name: 'Hall left', location: 'Kitchen', tags: [], groups: ['g'], presence: 'PRESENCE_LIVE' },
    { id: 'b', name: 'Bar', location: '', tags: [], groups: [], presence: 'PRESENCE_OFFLINE', currentState: { title: 'Alien' } }];
  const ids = (wanted) => filtered(devices, { words: '', state: '', group: '', ...wanted }, { g: 'Games' }).map(({ id }) => id);
  assert.deepEqual(ids({}), ['a', 'b']);
  assert.deepEqual(ids({ words: 'kitchen LEFT' }), ['a']);
  assert.deepEqual(ids({ words: 'games' }), ['a']);
  assert.deepEqual(ids({ words: 'alien' }), ['b']);
  assert.deepEqual(ids({ state: 'offline' }), ['b']);
  assert.deepEqual(ids({ group: 'g', state: 'offline' }), []);
  assert.deepEqual(counted(devices), { live: 1, online: 0, offline: 1, unknown: 0 });
});

test('names screen and browser', () => {
  assert.equal(screenText({ clientInfo: { screenWidth: 1920, screenHeight: 1080, devicePixelRatio: 2 } }), '1920 × 1080 (2×)');
  assert.equal(screenText({}), '');
  assert.equal(browserText('Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36'), 'Chrome 120');
  assert.equal(browserText('Mozilla/5.0 (Linux; Tizen 6.0) Version/6.0 TV Safari'), 'Tizen 6');
  assert.equal(browserText(undefined), '');
});

test('shows one row per cache tier', () => {
  const [row] = cacheRows({ tiers: [{ cache: 'image', tier: 'edge', hitRatio: 90, hitRatioLastMinute: 95.55, bytes: 1024, maxBytes: 2048, entries: 3 }] });
  assert.deepEqual([row.cache, row.tier, row.ratio, row.lastMinute, row.held, row.filled, row.entries],
    ['image', 'edge', '90 %', '95.6 %', ['1.0 KiB', '2.0 KiB'], 0.5, 3]);
  assert.deepEqual(cacheRows({}), []);
});

test('shows a notice with the age of the data while the server does not respond', () => {
  assert.equal(said(awayNotice(null, 5_000)), 'The server does not respond; this page keeps trying.');
  assert.match(said(awayNotice(0, 59_000)), /less than a minute old\.$/);
  assert.match(said(awayNotice(0, 60_000)), / 1 minute old\.$/);
  assert.match(said(awayNotice(0, 150_000)), / 2 minutes old\.$/);
});

test('a display that waits is shown with the code that it shows itself', () => {
  const row = waitingRow({ id: 'a/b', name: 'Hall', approvalCode: '123456', createdAt: '2026-01-10T11:59:00Z' });
  assert.deepEqual(row.cells, ['Hall', '–', '123456', { ago: '2026-01-10T11:59:00Z' }]);
  assert.deepEqual(row.actions, [{ act: 'approve', names: ['a/b'] }]);
});

test('a display of another installation is adopted or rejected by its key', () => {
  const row = unknownRow({ key: 'k', deviceId: 'd', address: '10.0.0.9', issuedHere: false, lastSeenAt: '2026-01-10T11:59:50Z' });
  assert.deepEqual(row.cells.slice(0, 3), ['d', '10.0.0.9', { key: 'decide.issued.elsewhere' }]);
  assert.equal(en['decide.issued.elsewhere'], 'another one');
  assert.deepEqual(row.actions, [{ act: 'adopt', names: ['k'] }, { act: 'reject', names: ['k'] }]);
});

test('a record that is perhaps another one is merged unless that one is connected or deleted', () => {
  const pair = { deviceId: 'n', name: 'Screen hw-1', perhapsSameAs: 'o', originalName: 'Hall', originalExists: true, originalConnected: false };
  assert.deepEqual(resemblingRow(pair).cells, ['Screen hw-1', 'Hall', { ago: undefined }]);
  assert.deepEqual(resemblingRow(pair).actions, [{ act: 'merge', names: ['n'] }]);
  assert.deepEqual(resemblingRow({ ...pair, originalConnected: true }).actions, []);
  assert.deepEqual(resemblingRow({ ...pair, originalExists: false }).cells[1], { key: 'decide.deleted' });
});

test('one button decides about all of several', () => {
  const rows = Array.from({ length: 20 }, () => ({ actions: [{}] }));
  assert.deepEqual(allAction('resembling', rows), { act: 'merge', all: true, count: 20 });
  assert.deepEqual(allAction('unknown', rows), { act: 'adopt', all: true, count: 20 });
  assert.equal(allAction('waiting', rows), null);
  assert.equal(allAction('resembling', [...rows.slice(0, 1), { actions: [] }]), null);
});

test('says what became of a decision', () => {
  const text = (body, act) => outcomeOf(body, act).map(said).join(' ');
  assert.equal(text({ ok: true, merged: 20 }, 'merge'), '20 merged.');
  assert.equal(text({ merged: 1, connected: ['a'], missing: ['b'] }, 'merge'),
    "1 merged. 1 left alone: the other record's display is connected. 1 no longer there.");
  assert.equal(text({ devices: [{}, {}], ambiguous: ['x'] }, 'adopt'), '2 adopted. 1 no longer there.');
});

test('reads both error formats', () => {
  assert.equal(failureOf(404, { error: 'not_found', message: 'no such display waits' }).message, 'no such display waits');
  const invalid = failureOf(400, { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'm',
    details: [{ field: 'clockFormat', message: 'unknown value' }] } });
  assert.deepEqual([invalid.status, invalid.reason, invalid.violations], [400, 'INVALID_ARGUMENT', [{ field: 'clockFormat', description: 'unknown value' }]]);
  assert.equal(failureOf(429, undefined, '61').retrySeconds, 61);
});

test('a command for many is sent in waves, and stops when it is cancelled or too many fail', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `d${i}`);
  const seen = [];
  const run = (state, options) => sendToMany(ids, async (wave) => wave.map(() => ({ state })),
    { onProgress: (progress) => seen.push(progress.done), cancelled: () => false, ...options });
  assert.deepEqual(await run('COMMAND_STATE_ACKED', {}), { total: 50, done: 50, failed: 0, waiting: 0, stopped: '' });
  assert.deepEqual(seen, [20, 40, 50, 50]);
  assert.equal((await run('COMMAND_STATE_QUEUED', {})).waiting, 50);
  const failing = await run('COMMAND_STATE_FAILED', { mostFailures: 0.3 });
  assert.deepEqual([failing.done, failing.failed, failing.stopped], [20, 20, 'failures']);
  let waves = 0;
  const cancelled = await run('COMMAND_STATE_ACKED', { cancelled: () => waves++ === 1 });
  assert.deepEqual([cancelled.done, cancelled.stopped], [20, 'cancelled']);
});

test('completes the address of a media server', () => {
  assert.equal(addressOf(' 10.0.0.5 ', 8096), 'http://10.0.0.5:8096');
  assert.equal(addressOf('10.0.0.5:9000/', 8096), 'http://10.0.0.5:9000');
  assert.equal(addressOf('https://media.example/jellyfin/', 8096), 'https://media.example/jellyfin');
  assert.equal(addressOf('', 8096), '');
});

test('a test of a stored source sends its name instead of the masked key', () => {
  assert.deepEqual(targetOf({ type: 'plex', url: 'http://p', token: mask }, 'Den'), { type: 'plex', url: 'http://p', name: 'Den' });
  assert.deepEqual(targetOf({ type: 'plex', url: 'http://p', token: 'new' }), { type: 'plex', url: 'http://p', token: 'new' });
});

test('a source is saved without empty fields and with a name of its own', () => {
  assert.deepEqual(tidied({ name: 'A', type: 'plex', url: '', movie_libraries: [], filter: { years: '', genres: 'x' }, enabled: false }),
    { name: 'A', type: 'plex', filter: { genres: 'x' }, enabled: false });
  assert.deepEqual(missing({ type: 'jellyfin', name: 'J', url: ' ' }), ['url', 'token']);
  assert.equal(freeName('Plex', ['Plex', 'Plex 2']), 'Plex 3');
});
