import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { serverUrl } from '../../services/gateway/web/shared/base.js';

const web = new URL('../../services/gateway/web/', import.meta.url);

test('adds the base to a server path once', () => {
  assert.equal(serverUrl('/image?path=%2Fa', '/wall/'), '/wall/image?path=%2Fa');
  assert.equal(serverUrl('/wall/image?path=%2Fa', '/wall/'), '/wall/image?path=%2Fa');
  assert.equal(serverUrl('/wallart', '/wall/'), '/wall/wallart');
  assert.equal(serverUrl('/', '/wall/'), '/wall/');
  assert.equal(serverUrl('/image', '/'), '/image');
});

test('leaves URLs of other hosts unchanged', () => {
  for (const url of ['https://image.tmdb.org/t/p/w500/a.jpg', '//image.tmdb.org/a.jpg']) {
    assert.equal(serverUrl(url, '/wall/'), url);
  }
});

test('pages and modules contain no root-relative URLs', () => {
  const files = readdirSync(web, { recursive: true }).filter((name) => /\.(html|js|css|json)$/.test(name));
  assert.ok(files.length > 30);
  for (const name of files) {
    const text = readFileSync(new URL(name, web), 'utf8');
    for (const [found] of text.matchAll(/(?:href|src|action)="\/[^"]*"|url\(['"]?\/[^)]*|fetch\(['"`]\/[^,)]*|location\.\w+\(['"`]\/[^)]*|"(?:src|start_url|scope)": "\/[^"]*"/g)) {
      assert.fail(`${name}: ${found}`);
    }
  }
});
