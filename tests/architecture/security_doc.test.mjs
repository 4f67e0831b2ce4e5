// docs/security.md names a test for each statement; this checks that each of them exists.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../..', import.meta.url).pathname;
const text = readFileSync(join(root, 'docs/security.md'), 'utf8');

function testsBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('_test.cc'))
    .flatMap((name) => [...readFileSync(join(root, folder, name), 'utf8')
      .matchAll(/^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)/gm)].map(([, suite, name_]) => `${suite}.${name_}`));
}

test('every test that docs/security.md names exists', () => {
  const known = new Set([...testsBelow('libs'), ...testsBelow('services')]);
  const named = [...text.matchAll(/`([A-Z]\w+\.[A-Z]\w+)`/g)].map(([, name]) => name).filter((name) => name !== 'Suite.Test');
  assert.ok(named.length > 60, `${named.length} names`);
  assert.deepEqual(named.filter((name) => !known.has(name)), []);
  for (const [, path] of text.matchAll(/`(tests\/[\w/.]+)`/g)) assert.ok(existsSync(join(root, path)), path);
});
