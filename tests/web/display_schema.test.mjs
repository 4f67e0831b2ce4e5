// display.schema.json describes the settings for the control room; the devices service checks documents
// by display_rules.cc. Both must say the same. Also the modules that work on settings.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { complaint, controlOf, fieldsOf, found } from '../../services/gateway/web/admin/settings/fields.js';
import { changedPaths, defaultsOf, mergedChanges, overlaid, unknownPart, valueAt, withUnknownPart, withValue }
  from '../../services/gateway/web/admin/settings/values.js';
import de from '../../services/gateway/web/admin/texts/de.js';
import en from '../../services/gateway/web/admin/texts/en.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('services/gateway/web/admin/settings/display.schema.json'));
const fields = fieldsOf(schema);

/** The rules of the devices service by path: [kind, least, most, words]. */
function serverRules() {
  const source = read('services/devices/documents/display_rules.cc');
  const constants = new Map([...source.matchAll(/constexpr double (k\w+) = ([\d'.e]+);/g)].map(([, name, value]) => [name, Number(value.replaceAll("'", ''))]));
  const orientations = /kOrientations =\s*"([^"]+)"/.exec(source)[1];
  const number = (text) => constants.get(text) ?? Number(text.replaceAll("'", ''));
  return new Map([...source.matchAll(/Rule\{"([\w.]+)", Kind::k(\w+)(?:,\s*([^,{}]+),\s*([^,{}]+)(?:,\s*([^{}]+))?)?\}/g)].map(
    ([, path, kind, least = '0', most = '0', words = '']) => [path, [kind, number(least.trim()), number(most.trim()),
      words.trim() === 'kOrientations' ? orientations : words.trim().replaceAll('"', '')]]));
}

function asRule(rule) {
  if (rule.type === 'boolean') return ['Bool', 0, 0, ''];
  if (rule.enum) return ['OneOf', 0, 0, rule.enum.join('|')];
  if (rule.format === 'time-zone') return ['Zone', 0, 0, ''];
  if (rule.type === 'string') return ['Text', 0, 0, ''];
  return [rule.type === 'integer' ? 'Integer' : 'Number', rule.minimum, rule.maximum, ''];
}

test('the schema has the types, ranges and words that the devices service checks', () => {
  const rules = serverRules();
  const values = [...rules].filter(([, [kind]]) => !kind.startsWith('Object'));
  assert.ok(values.length > 50);
  assert.deepEqual(fields.map(({ path }) => path).sort(), values.map(([path]) => path).sort());
  for (const { path, schema: rule } of fields) assert.deepEqual(asRule(rule), rules.get(path), path);
});

test('every setting has a label in both languages and a possible default', () => {
  for (const { path, schema: rule } of fields) {
    assert.ok(en[`set.${path}`], path);
    assert.ok(de[`set.${path}`], path);
    assert.equal(complaint(rule, rule.default), null, path);
  }
});

test('a setting gets its control from its schema', () => {
  const of = (path) => fields.find((field) => field.path === path).control;
  assert.equal(of('clockWidget'), 'switch');
  assert.equal(of('wallartMode.density'), 'choice');
  assert.equal(of('clockTimezone'), 'zone');
  assert.equal(of('cinema.header.text'), 'text');
  assert.equal(of('cinema.ambilight.strength'), 'range');
  assert.equal(of('transitionIntervalSeconds'), 'number');
  assert.equal(controlOf({ type: 'number', minimum: 0, maximum: 500 }), 'range');
});

test('impossible values are named', () => {
  const rule = fields.find(({ path }) => path === 'transitionIntervalSeconds').schema;
  assert.equal(complaint(rule, 30), null);
  assert.deepEqual(complaint(rule, 1), ['set.wrong.integer', { least: 5, most: 86_400 }]);
  assert.deepEqual(complaint(rule, 7.5), ['set.wrong.integer', { least: 5, most: 86_400 }]);
  assert.equal(complaint(rule, undefined), null);
});

test('finds settings by the words of label and path', () => {
  const text = ({ path }) => en[`set.${path}`];
  assert.deepEqual(found(fields, 'only GAMES', text).map(({ path }) => path), ['wallartMode.gamesOnly']);
  assert.equal(found(fields, '', text).length, fields.length);
});

test('reads, sets and removes values by path', () => {
  const body = { a: { b: 1, c: 2 }, d: [1] };
  assert.equal(valueAt(body, 'a.b'), 1);
  assert.equal(valueAt(body, 'a.x.y'), undefined);
  assert.deepEqual(withValue(body, 'a.b', 5), { a: { b: 5, c: 2 }, d: [1] });
  assert.deepEqual(withValue({ a: { b: 1 } }, 'a.b', undefined), {});
  assert.deepEqual(withValue({}, 'x.y.z', false), { x: { y: { z: false } } });
  assert.deepEqual(changedPaths(body, { a: { b: 1, c: 3 }, e: null }), ['a.c', 'd', 'e']);
});

test('keeps the changes of both administrators and names what both changed', () => {
  const base = { a: 1, b: { c: 1, d: 1 } };
  const mine = { a: 2, b: { c: 2, d: 1 } };
  const theirs = { a: 1, b: { c: 3, d: 4 }, e: 5 };
  assert.deepEqual(mergedChanges(base, mine, theirs), {
    merged: { a: 2, b: { c: 2, d: 4 }, e: 5 }, conflicts: [{ path: 'b.c', mine: 2, theirs: 3 }] });
  assert.deepEqual(mergedChanges(base, mine, mine).conflicts, []);
});

test('unknown settings are kept apart and put back', () => {
  const known = ['a', 'b.c'];
  const body = { a: 1, b: { c: 2, new: 3 }, other: [4] };
  assert.deepEqual(unknownPart(body, known), { b: { new: 3 }, other: [4] });
  assert.deepEqual(withUnknownPart(body, known, { other: [5] }), { other: [5], a: 1, b: { c: 2 } });
  assert.deepEqual(overlaid(defaultsOf([{ path: 'b.c', schema: { default: 1 } }, { path: 'a', schema: {} }]), { b: { d: 2 } }), { b: { c: 1, d: 2 } });
});
