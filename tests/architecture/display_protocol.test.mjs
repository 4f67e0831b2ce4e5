// docs/display-protocol.md against the source: each route that it names is registered in the
// gateway, each open route of displays is in it, and each anchor that refers to it exists.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { anchorsOf } from '../../scripts/docs/markdown.mjs';
import { documentedRoutes, registeredRoutes, serves } from './routes.mjs';

const root = new URL('../..', import.meta.url).pathname;
const read = (name) => readFileSync(join(root, name), 'utf8');
const protocol = read('docs/display-protocol.md');

function filesBelow(folder, kind) {
  return readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`)
    .filter((name) => kind.test(name) && !name.includes('node_modules')).map((name) => [name, read(name)]);
}

const gateway = ['routes', 'ws'].flatMap((folder) => filesBelow(`services/gateway/${folder}`, /\.(cc|h)$/))
  .filter(([name]) => !name.endsWith('_test.cc'));
const registered = registeredRoutes(gateway);
const documented = documentedRoutes(protocol);
const text = ({ method, path }) => `${method} ${path}`;

test('every documented route is registered in the gateway', () => {
  assert.ok(documented.length > 40, `${documented.length} routes`);
  assert.deepEqual(documented.filter((route) => !registered.some((one) => serves(one, route))).map(text), []);
});

test('every class with routes is added to the router', () => {
  const wiring = read('services/gateway/gateway_routes.cc');
  const classes = gateway.flatMap(([, code]) => [...code.matchAll(/^void (\w+)::AddTo\(Router& router\)/gm)].map(([, name]) => name));
  assert.ok(classes.length > 20, `${classes.length} classes`);
  const added = (name) => {
    const member = new RegExp(`^  ${name} (\\w+);`, 'm').exec(wiring)?.[1];
    return member !== undefined && wiring.includes(`${member}.AddTo(router);`);
  };
  assert.deepEqual(classes.filter((name) => !added(name)), [], 'add a member to RouteGroups in gateway_routes.cc, and its AddTo');
});

test('every open route of displays and pages is documented', () => {
  // Not for displays: the administration page, the description of /api/v2 and its page, probes.
  const others = [/^\/(api\/)?admin/, /^\/docs/, /^\/openapi\.json$/, /^\/(livez|readyz)$/, /^\/api\/(health|version)$/,
    /^\/reset-refresh$/, /\.html$/, /^\/web$/];
  const missing = registered.filter((route) => route.open && !others.some((other) => other.test(route.path)))
    .filter((route) => !documented.some((one) => serves(route, one)));
  assert.deepEqual(missing.map((route) => `${text(route)} (${route.file})`), []);
});

test('every error code of a close frame is documented', () => {
  const codes = gateway.filter(([name]) => name.includes('/ws/'))
    .flatMap(([, code]) => [...code.matchAll(/constexpr int k\w+ = (1\d{3}|4\d{3});/g)].map(([, number]) => number));
  assert.ok(codes.length >= 5);
  assert.deepEqual(codes.filter((code) => !protocol.includes(`| ${code} |`)), []);
});

test('every kind of frame is documented', () => {
  const frames = read('services/gateway/ws/device_frames.cc');
  const kinds = [...frames.matchAll(/FrameKind::k\w+, "([\w-]+)"|"kind", "([\w-]+)"/g)].map(([, in_, out]) => in_ ?? out);
  assert.ok(kinds.length >= 10);
  assert.deepEqual(kinds.filter((kind) => !protocol.includes(`| \`${kind}\` |`)), []);
});

test('every field of an item is documented', () => {
  const json = read('services/gateway/model/item_json.cc');
  const body = json.slice(json.indexOf('void AppendItemJson'));
  const fields = [...body.matchAll(/object\.\w+\("(\w+)"/g)].map(([, name]) => name);
  assert.ok(fields.length > 40);
  const items = protocol.slice(protocol.indexOf('\n## Items'), protocol.indexOf('\n### Single item'));
  assert.deepEqual(fields.filter((name) => !items.includes(`\`${name}\``)), []);
});

test('every setting with a default or a rule is documented, and every default has a rule', () => {
  const [, defaults] = /kDefaults\[\] = R"\(([\s\S]*?)\)"/.exec(read('services/gateway/model/display_settings.cc'));
  const rules = [...read('services/devices/documents/display_rules.cc').matchAll(/^    Rule\{"([\w.]+)"/gm)].map(([, path]) => path);
  assert.ok(rules.length > 60, `${rules.length} rules`);
  const settings = protocol.slice(protocol.indexOf('\n## Settings'), protocol.indexOf('\n## Playback sessions'));
  const names = new Set([...settings.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code.split(/[^\w]+/)));
  const keys = Object.keys(JSON.parse(defaults));
  const missing = [...keys, ...rules].filter((path) => path.split('.').some((key) => !names.has(key)));
  assert.deepEqual([...new Set(missing)], []);
  assert.deepEqual(keys.filter((key) => !rules.includes(key)), [], 'settings with a default that display_rules.cc does not validate');
});

test('every anchor that refers to the document exists', () => {
  const anchors = anchorsOf(protocol);
  const titles = [...read('tests/contract/fixtures.mjs').matchAll(/^  (F\d+): \['(.+?)', async/gm)];
  assert.ok(titles.length > 30, `${titles.length} fixtures`);
  const used = titles.map(([, name, title]) => [`fixture ${name}`, /^#([\w-]+): /.exec(title)?.[1]])
    .filter(([name, anchor]) => anchor || name !== 'fixture F38');  // F38 is about requests to media servers
  const everywhere = ['libs', 'services', 'tests', 'docs'].flatMap((folder) => filesBelow(folder, /\.(cc|h|mjs|js|md|proto)$/));
  for (const [name, content] of everywhere) {
    for (const [, anchor] of content.matchAll(/display-protocol\.md#([\w-]+)/g)) {
      if (anchor !== 'anchor') used.push([name, anchor]);
    }
  }
  for (const [, anchor] of protocol.matchAll(/\]\(#([^)]+)\)/g)) used.push(['docs/display-protocol.md', anchor]);
  assert.deepEqual(used.filter(([, anchor]) => !anchors.includes(anchor)), []);
});
