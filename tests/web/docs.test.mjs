import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fieldsOf, groupByTag, typeName } from '../../services/gateway/web/docs/docs.js';

const document_ = {
  tags: [{ name: 'DeviceService' }, { name: 'Empty' }],
  paths: { '/a': { get: { tags: ['DeviceService'] }, post: { tags: ['Other'] } } },
  components: { schemas: { 'm.Device': { properties: { name: { type: 'string' } } } } },
};

test('names schema types', () => {
  assert.equal(typeName({ $ref: '#/components/schemas/marquee.devices.v1.Device' }), 'Device');
  assert.equal(typeName({ type: 'array', items: { type: 'string' } }), 'array of string');
  assert.equal(typeName({ type: 'string', enum: ['TIER_UNSPECIFIED', 'TIER_DISK'] }), 'TIER_DISK');
  assert.equal(typeName({ type: 'string', format: 'date-time' }), 'string (date-time)');
  assert.equal(typeName({ type: 'object', additionalProperties: { type: 'integer' } }), 'map of integer');
  assert.equal(typeName({ type: ['object', 'null'] }), 'any');
});

test('resolves references to schemas; a missing one has no fields', () => {
  assert.deepEqual(fieldsOf(document_, '#/components/schemas/m.Device'), [['name', { type: 'string' }]]);
  assert.deepEqual(fieldsOf(document_, '#/components/schemas/m.None'), []);
});

test('groups operations by service and omits empty groups', () => {
  assert.deepEqual(groupByTag(document_).map(([tag, all]) => [tag, all.map(({ verb }) => verb)]),
    [['DeviceService', ['get']], ['Other', ['post']]]);
});
