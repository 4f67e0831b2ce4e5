// The tables of the control room: displays and caches.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allAction, outcomeText, resemblingRow, unknownRow, waitingRow } from '../../services/gateway/web/admin/decisions.js';
import { agoText, awayText, bytesText, cacheRows, displayRow, percentText } from '../../services/gateway/web/admin/rows.js';

const now = Date.parse('2026-01-10T12:00:00Z');

test('formats sizes and ratios', () => {
  assert.equal(bytesText(0), '0 B');
  assert.equal(bytesText(1536), '1.5 KiB');
  assert.equal(bytesText(3 * 1024 ** 3), '3.0 GiB');
  assert.equal(percentText(97.26), '97.3 %');
  assert.equal(percentText(undefined), '–');
});

test('formats times as durations ago', () => {
  assert.equal(agoText('2026-01-10T11:59:40Z', now), 'just now');
  assert.equal(agoText('2026-01-10T11:59:00Z', now), '1 minute ago');
  assert.equal(agoText('2026-01-08T11:00:00Z', now), '2 days ago');
  assert.equal(agoText(null, now), 'never');
});

test('a display with a socket is shown as live', () => {
  const live = displayRow({ id: 'd', name: 'Hall', wsConnected: true, status: 'online', currentState: { title: 'Alien' } }, now);
  assert.equal(live.state, 'live');
  assert.deepEqual(live.cells, ['Hall', '–', 'live', 'Alien', 'never']);
  const gone = displayRow({ id: 'd', status: 'offline', lastSeenAt: '2026-01-10T10:00:00Z' }, now);
  assert.deepEqual(gone.cells, ['d', '–', 'offline', '–', '2 hours ago']);
});

test('shows one row per cache tier', () => {
  const rows = cacheRows({ tiers: [{ cache: 'image', tier: 'edge', hitRatio: 90, hitRatioLastMinute: 95.55, bytes: 1024, maxBytes: 2048, entries: 3 }] });
  assert.deepEqual(rows, [['image, edge', '90 %', '95.6 %', '1.0 KiB of 2.0 KiB', '3']]);
  assert.deepEqual(cacheRows({}), []);
});

test('shows a notice with the age of the data while the server does not respond', () => {
  assert.equal(awayText(null, 5_000), 'The server does not respond; this page keeps trying.');
  assert.match(awayText(0, 59_000), /less than a minute old\.$/);
  assert.match(awayText(0, 60_000), / 1 minute old\.$/);
  assert.match(awayText(0, 150_000), / 2 minutes old\.$/);
});

test('a display that waits is shown with the code that it shows itself', () => {
  const row = waitingRow({ id: 'a/b', name: 'Hall', approvalCode: '123456', createdAt: '2026-01-10T11:59:00Z' }, now);
  assert.deepEqual(row.cells, ['Hall', '–', '123456', '1 minute ago']);
  assert.deepEqual(row.actions, [{ label: 'Approve', path: '/api/devices/a%2Fb/approve', body: {} }]);
});

test('a display of another installation is adopted or rejected by its key', () => {
  const row = unknownRow({ key: 'k', deviceId: 'd', address: '10.0.0.9', issuedHere: false, lastSeenAt: '2026-01-10T11:59:50Z' }, now);
  assert.deepEqual(row.cells, ['d', '10.0.0.9', 'another one', 'just now']);
  assert.deepEqual(row.actions.map(({ label, body }) => [label, body]), [['Adopt', { names: ['k'] }], ['Reject', { names: ['k'] }]]);
});

test('a record that is perhaps another one is merged unless that one is connected or deleted', () => {
  const pair = { deviceId: 'n', name: 'Screen hw-1', perhapsSameAs: 'o', originalName: 'Hall', originalExists: true, originalConnected: false };
  assert.deepEqual(resemblingRow(pair, now).cells, ['Screen hw-1', 'Hall', 'never']);
  assert.deepEqual(resemblingRow(pair, now).actions[0].body, { deviceIds: ['n'] });
  assert.deepEqual(resemblingRow({ ...pair, originalConnected: true }, now).actions, []);
  assert.deepEqual(resemblingRow({ ...pair, originalExists: false }, now).cells[1], 'deleted');
});

test('one button decides about all of several', () => {
  const rows = Array.from({ length: 20 }, () => ({ actions: [{}] }));
  assert.deepEqual(allAction('resembling', rows), { label: 'Merge all 20', path: '/api/devices/resembling/merge', body: { all: true } });
  assert.equal(allAction('unknown', rows).label, 'Adopt all 20');
  assert.equal(allAction('waiting', rows), null);
  assert.equal(allAction('resembling', [...rows.slice(0, 1), { actions: [] }]), null);
});

test('what became of a decision is said', () => {
  assert.equal(outcomeText({ status: 200, body: { ok: true, merged: 20 } }), '20 merged.');
  assert.equal(outcomeText({ status: 200, body: { merged: 1, connected: ['a'], missing: ['b'] } }),
    "1 merged. 1 left alone: the other record's display is connected. 1 no longer there.");
  assert.equal(outcomeText({ status: 404, body: { error: 'not_found', message: 'no such display waits' } }), 'no such display waits');
});
