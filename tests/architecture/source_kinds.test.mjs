// The kinds of sources are named in the settings message (`one_of` of SourceSettings.type). Every other
// place that lists them names the same ones, so that a new kind cannot be forgotten in one of them.
// docs/howto/add-a-source.md goes through these places.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../..', import.meta.url).pathname;
const read = (name) => readFileSync(join(root, name), 'utf8');
const quoted = (text) => [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word).sort();

const proto = read('services/playlist/playlist_config.proto');
const source = /message SourceSettings \{[\s\S]*?\n\}/.exec(proto)[0];
const kinds = quoted(/string type[^;]*?one_of: \[([^\]]*)\]/.exec(source)[1]);
// A kind that speaks the protocol of another one and has no folder and no filter of its own.
const variants = { emby: 'jellyfin' };
const families = kinds.filter((kind) => !(kind in variants));

function place(file, found, expected = kinds) {
  assert.deepEqual(found, expected, `${file} names other kinds of sources than playlist_config.proto`);
}

test('the factory makes every kind', () => {
  const file = 'services/playlist/sources_config/source_factory.cc';
  const factory = read(file);
  const make = /MakeSource\(const SourceSettings& settings,[\s\S]*?\n\}/.exec(factory)[0];
  place(file, [...new Set([...make.matchAll(/type == "(\w+)"/g)].map(([, kind]) => kind))].sort());
  const messages = [...factory.matchAll(/expected (local, [^"]*)"/g)];
  assert.ok(messages.length >= 2);
  for (const [, list] of messages) place(file, list.split(/, | or /).sort());
});

test('every kind has its folder, which is built', () => {
  const folders = readdirSync(join(root, 'services/playlist/sources'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'remote').map(({ name }) => name).sort();
  place('services/playlist/sources', folders, families);
  const [, built] = /foreach\(source ([^)]*)\)/.exec(read('services/playlist/sources/CMakeLists.txt'));
  place('services/playlist/sources/CMakeLists.txt', built.split(/\s+/).sort(), families);
  for (const family of families) {
    const folder = `services/playlist/sources/${family}`;
    assert.ok(readdirSync(join(root, folder)).some((name) => name.endsWith('_test.cc') && read(`${folder}/${name}`).includes('SourceConformance')),
      `no test in ${folder} instantiates the suite of sources/source_conformance.h`);
  }
});

test('the document of run-time sources accepts every kind', () => {
  const file = 'services/devices/documents/list_rules.cc';
  const rules = read(file);
  place(file, quoted(/kTypes = \{([^}]*)\}/.exec(rules)[1]));
  place(file, /expected one of (plex, [^"]*)"/.exec(rules)[1].split(', ').sort());
  const withUrl = /required_when: "type=([\w|]+)"\}\];\n/.exec(/kind: URL required_when[^;]*;\n/.exec(source)[0])[1].split('|').sort();
  place(file, quoted(/has_server =([^;]*);/.exec(rules)[1]), withUrl);
});

test('displays can filter by every kind', () => {
  const file = 'services/gateway/model/playlist_view.cc';
  const view = read(file);
  place(file, quoted(/kFilters\{\{([\s\S]*?)\}\};/.exec(view)[1]), families);
  const prefixes = [.../kKeyPrefix\{([\s\S]*?)\};/.exec(view)[1].matchAll(/"(\w+)[-_]"/g)].map(([, kind]) => kind);
  place(file, prefixes.sort(), families);
  const selection = read('services/gateway/routes/display/media_selection.cc');
  place('services/gateway/routes/display/media_selection.cc', /one of \[(plex, [^\]]*)\]/.exec(selection)[1].split(', ').sort(), families);
  for (const family of families) assert.match(read('docs/display-protocol.md'), new RegExp(`\\| \`source\` \\|[^\\n]*\`${family}\``));
});

test('the control room can add every kind', () => {
  const file = 'services/gateway/web/admin/sources/kinds.js';
  const [, table] = /export const kinds = \{([\s\S]*?)\n\};/.exec(read(file));
  place(file, [...table.matchAll(/^ {2}(\w+): \{/gm)].map(([, kind]) => kind).sort());
});
