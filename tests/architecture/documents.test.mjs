// The checks of documents find what they are for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { anchorsOf, table, textOf } from '../../scripts/docs/markdown.mjs';
import { documentedRoutes, registeredRoutes, serves } from './routes.mjs';

const root = new URL('../..', import.meta.url).pathname;

function linksOf(files) {
  const folder = mkdtempSync(join(tmpdir(), 'marquee-links-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const run = spawnSync('node', [join(root, 'scripts/docs/links.mjs'), ...Object.keys(files)], { cwd: folder, encoding: 'utf8' });
    return [run.status, ...run.stdout.trim().split('\n').filter(Boolean)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('links to files, headings and other hosts are followed', () => {
  assert.deepEqual(linksOf({
    'README.md': '# Top\n[a](docs/a.md#two-words-1) [b](#top) [c](https://example.com/none) `[d](none.md)`\n```text\n[e](none.md)\n```\n',
    'docs/a.md': '# Two words\n## Two words\n[top](../README.md) `docs/a.md`\n' }), [0]);
});

test('broken links, paths and unlinked files are reported', () => {
  assert.deepEqual(linksOf({
    'README.md': '# Top\n[a](none.md) [b](docs/a.md#none) [c](../outside.md)\n', 'docs/a.md': '`services/{none,other}.cc`\n', 'docs/b.md': '' }), [1,
    'README.md: none.md: no such file', 'README.md: docs/a.md#none: no such heading', 'README.md: ../outside.md: leaves the repository',
    'docs/a.md: services/none.cc: no such file', 'docs/a.md: services/other.cc: no such file',
    'docs/b.md: no document links it; start at README.md']);
});

test('headings become anchors as on GitHub', () => {
  assert.deepEqual(anchorsOf('# Deviations from Posterrama 2.9.4\n## `GET /x` and [a link](b.md)\n```text\n# no heading\n```\n# A, b\n# A b\n'),
    ['deviations-from-posterrama-294', 'get-x-and-a-link', 'a-b', 'a-b-1']);
});

test('comments become text of a document', () => {
  assert.equal(textOf(' Address of /metrics. plex: "https://a.b/c", *.x or\n max_mb; "two words"\n', ['plex']),
    'Address of `/metrics`. `plex`: `https://a.b/c`, `*.x` or `max_mb`; "two words"');
  assert.equal(table(['A', 'B'], [['a|b', '']]), '| A | B |\n| --- | --- |\n| a\\|b | |\n');
});

test('registrations of routes are read in each form', () => {
  const routes = registeredRoutes([['a.cc', `
    constexpr char kFallback[] = "/fallback.png";
    for (const char* path : {"/one", "/two"}) {
      router.Add(Method::kGet, path, [] { return "/no"; });
    }
    router.Add(
        Method::kPost, "/three", [](RequestPtr) { return Access; },
        Access::kAdmin);
    router.Add(Method::kGet, fmt::format("/api/{}/sessions", type), handler);
    router.Add(Method::kGet, kFallback, handler);`]]);
  assert.deepEqual(routes.map(({ method, path, open }) => `${method} ${path} ${open}`),
    ['GET /one true', 'GET /two true', 'POST /three false', 'GET /api/*/sessions true', 'GET /fallback.png true']);
  const [documented] = documentedRoutes('`GET /api/plex/sessions?x=1` and `GET` and `/one`');
  assert.deepEqual(documented, { method: 'GET', path: '/api/plex/sessions' });
  assert.ok(serves(routes[3], documented));
  assert.ok(!serves(routes[0], documented));
  assert.ok(!serves(routes[2], { method: 'GET', path: '/three' }));
});
