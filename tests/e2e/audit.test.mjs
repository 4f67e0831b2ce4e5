// The audit log names who changed something: the account of a session, the name of an API token,
// the token of the settings file; over v1 and v2. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { post } from '../support/device.mjs';
import { adminToken, bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const owner = { authorization: `Bearer ${adminToken}` };

describe(`audit log, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, { sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] });
  });
  after(async () => {
    await suite.stop();
    suite.folder.remove();
  });

  /** The events of an actor once these are among them; the gateway writes them after its response. */
  const eventsOf = (actor, ...wanted) => until(async () => {
    const answer = await fetch(`${suite.base}/api/v2/auditEvents?pageSize=100`, { headers: owner });
    return ((await answer.json()).events ?? []).filter((event) => event.actor === actor);
  }, (list) => list.length >= wanted.length && wanted.every((each) => list.some(({ action, target }) => `${action} ${target}` === each)));
  const group = 'POST /api/groups /api/groups';
  const settings = 'PUT /api/v2/* /api/v2/settings/display';
  const put = (path, headers, body) => fetch(suite.base + path, {
    method: 'PUT', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });

  test('names the account of a session', async () => {
    const made = await post(suite.base, '/admin/setup', { username: 'ripley', password: 'a long way from home' }, owner);
    assert.equal(made.status, 200, made.text);
    const entered = await post(suite.base, '/admin/login', { username: 'ripley', password: 'a long way from home' });
    assert.equal(entered.status, 200, entered.text);
    const cookie = entered.headers.get('set-cookie').split(';')[0];
    const headers = { cookie, origin: suite.base };

    assert.equal((await post(suite.base, '/api/groups', { name: 'Halls' }, headers)).status, 201);
    assert.equal((await put('/api/v2/settings/display', headers, { body: {} })).status, 200);

    const events = await eventsOf('ripley', group, settings);
    assert.ok(events.every(({ remoteAddress }) => remoteAddress === '127.0.0.1'));
  });

  test('names the API token', async () => {
    const made = await post(suite.base, '/api/v2/tokens', { name: 'shop script', scope: 'TOKEN_SCOPE_ADMIN' }, owner);
    assert.equal(made.status, 200, made.text);
    for (const headers of [{ authorization: `Bearer ${made.json.value}` }, { 'x-api-key': made.json.value }]) {
      assert.equal((await post(suite.base, '/api/groups', { name: `Shop ${Object.keys(headers)[0]}` }, headers)).status, 201);
    }
    const token = { authorization: `Bearer ${made.json.value}` };
    assert.equal((await put('/api/v2/settings/display', token, { body: {} })).status, 200);
    assert.equal((await post(suite.base, '/api/groups', '{', token)).status, 400, 'a rejected change');
    assert.equal((await fetch(`${suite.base}/api/groups`, { headers: token })).status, 200, 'a read');

    const events = await eventsOf('shop script', group, group, settings);
    assert.equal(events.length, 3, JSON.stringify(events));
    assert.doesNotMatch(JSON.stringify(events), new RegExp(made.json.value));
  });

  test('names the token of the settings file', async () => {
    assert.equal((await post(suite.base, '/api/groups', { name: 'Lobby' }, owner)).status, 201);
    assert.equal((await put('/api/v2/settings/display', owner, { body: {} })).status, 200);

    await eventsOf('settings file', group, settings);
  });
});
