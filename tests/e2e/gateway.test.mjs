// Gateway functions for operators: REST API, OpenAPI document, caches, limits, signed URLs.
//   node --test tests/e2e/gateway.test.mjs      SHAPE=allinone (default) or four
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { register } from '../support/device.mjs';
import { adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const bearer = { authorization: `Bearer ${adminToken}` };
const demo = join(bin, '../share/marquee/demo');
let suite;

const get = (path, headers = {}) => fetch(suite.base + path, { headers, redirect: 'manual' });
const json = async (path, headers = bearer) => await (await get(path, headers)).json();

describe(`gateway, ${shape}`, () => {
  before(async () => {
    suite = await startSuite(shape, {
      sources: [{ name: 'Demo', type: 'local', path: demo }],
      gateway: { limits: { api_per_minute: 30 }, trusted_proxies: ['127.0.0.0/8'] } });
    await playlistOf(suite, 6);
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
  });

  test('the REST API lists devices and requires a token', async () => {
    const device = await register(suite.base, 'hw-rest');
    assert.equal((await get('/api/v2/devices')).status, 401);
    const { devices } = await json('/api/v2/devices?pageSize=100');
    assert.ok(devices.some(({ id }) => id === device.deviceId));
    const one = await json(`/api/v2/devices/${device.deviceId}`);
    assert.equal(one.device.id, device.deviceId);
    assert.ok(!JSON.stringify(one).includes(device.secret));
    const missing = await get('/api/v2/devices/11111111-1111-4111-8111-111111111111', bearer);
    assert.equal(missing.status, 404);
    assert.equal((await missing.json()).error.status, 'NOT_FOUND');
  });

  test('the REST API pages through the playlist and refreshes it', async () => {
    const first = await json('/api/v2/playlist?pageSize=2');
    assert.equal(first.items.length, 2);
    const second = await json(`/api/v2/playlist?pageSize=2&pageToken=${encodeURIComponent(first.nextPageToken)}`);
    assert.notEqual(second.items[0].key, first.items[0].key);
    const refreshed = await fetch(`${suite.base}/api/v2/playlist:refresh`, { method: 'POST', headers: bearer, body: '{}' });
    assert.equal(refreshed.status, 200);
    assert.equal((await refreshed.json()).totalSize, first.totalSize);
  });

  test('the OpenAPI document describes every resource, and a page shows it', async () => {
    const document = await json('/openapi.json', {});
    assert.equal(document.openapi, '3.1.0');
    for (const path of ['/api/v2/devices', '/api/v2/playlist', '/api/v2/images/cache', '/api/v2/sources']) {
      assert.ok(document.paths[path].get.description, path);
    }
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of references) assert.ok(name in document.components.schemas, name);
    const page = await get('/docs');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
  });

  test('the cache routes report requests per tier', async () => {
    const [item] = await playlistOf(suite, 1);
    const before = await json('/api/admin/cache/metrics');
    for (let i = 0; i < 3; ++i) await (await get(`${item.posterUrl}&width=111`)).arrayBuffer();
    const after_ = await json('/api/admin/cache/metrics');
    const edge = (body) => body.metrics.tiers.find(({ cache, tier }) => cache === 'image' && tier === 'edge');
    assert.equal(edge(after_).hits - edge(before).hits, 2);
    assert.equal(edge(after_).misses - edge(before).misses, 1);
    assert.deepEqual(after_.metrics.tiers.map(({ tier }) => tier).slice(0, 3), ['edge', 'edge', 'memory']);
    const summary = await json('/api/admin/cache/metrics/summary');
    assert.ok(summary.success && summary.totalRequests > 0);
    const cleared = await fetch(`${suite.base}/api/admin/clear-image-cache`, { method: 'POST', headers: bearer });
    assert.equal(cleared.status, 200);
    assert.ok((await cleared.json()).filesRemoved > 0);
    const again = await get(`${item.posterUrl}&width=111`);
    assert.equal(again.headers.get('x-cache'), 'MISS');
  });

  test('clients are limited by their own address, not by that of their proxy', async () => {
    const from = (address) => get('/api/admin/setup', { 'x-forwarded-for': address });
    let last;
    for (let i = 0; i < 31; ++i) last = await from('198.51.100.1');
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers.get('retry-after')) > 0);
    assert.equal((await from('198.51.100.2')).status, 200);
    assert.equal((await get('/get-media?count=3', { 'x-forwarded-for': '198.51.100.1' })).status, 200);
  });

  test('paths cannot leave their folder', async () => {
    for (const path of ['/local-media/..%2f..%2fetc%2fpasswd', '/local-media/%2e%2e/secret.jpg', '/web/..%2fgateway_module.cc',
      '/web/%2e%2e/README.md', '/local-posterpack?zip=..%2f..%2fx.zip&entry=poster', '/image?server=Demo&path=/../../etc/passwd',
      '/image?server=Demo&path=/..%2f..%2fetc%2fpasswd', '/image?server=Demo&path=%2Fa%00.jpg']) {
      const { status } = await get(path);
      assert.ok(status === 400 || status === 404, `${path}: ${status}`);
    }
  });

  test('with signing keys, unsigned image URLs are rejected', async () => {
    const signed = await startSuite(shape, {
      sources: [{ name: 'Demo', type: 'local', path: demo }],
      gateway: { image_urls: { signing_keys: ['a key of thirty-two characters !!'] } } });
    try {
      const [item] = await playlistOf(signed, 1);
      const ask = (path) => fetch(signed.base + path, { redirect: 'manual' });
      assert.equal((await ask(item.posterUrl)).status, 200);
      assert.equal((await ask(`${item.posterUrl}&width=200`)).status, 200);
      assert.equal((await ask(item.posterUrl.replace(/&sig=[^&]*/, ''))).status, 403);
      assert.equal((await ask(item.posterUrl.replace(/path=[^&]*/, 'path=%2Fother.jpg'))).status, 403);
    } finally {
      await signed.stop();
      signed.folder.remove();
    }
  });
});
