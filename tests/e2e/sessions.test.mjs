// Sessions survive a restart, and the first account created over the network needs the code in the
// log. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { post } from '../support/device.mjs';
import { bin, startSuite, until } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const sources = [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }];
const user = { username: 'ripley', password: 'a long way from home' };
const overNetwork = { 'x-forwarded-for': '198.51.100.7' };

const cookieOf = (answer) => answer.headers.get('set-cookie').split(';')[0];
const who = (suite, cookie) => fetch(`${suite.base}/api/admin/session`, { headers: { cookie } });

describe(`sessions, ${shape}`, () => {
  let suite;
  let cookie;
  before(async () => { suite = await startSuite(shape, { sources }); });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
  });

  test('the first account over the network requires the code in the log', async () => {
    const state = await (await fetch(`${suite.base}/api/admin/setup`, { headers: overNetwork })).json();
    assert.deepEqual(state, { complete: false, codeRequired: true });
    assert.deepEqual(await (await fetch(`${suite.base}/api/admin/setup`)).json(), { complete: false });
    const without = await post(suite.base, '/admin/setup', user, overNetwork);
    assert.equal(without.status, 403);
    assert.match(without.text, /setup_code/);
    assert.equal((await post(suite.base, '/admin/setup', { ...user, setup_code: 'AAAAA-AAAAA' }, overNetwork)).status, 403);
    const { setup_code } = await until(() => suite.logs.find((line) => line.setup_code));
    const made = await post(suite.base, '/admin/setup', { ...user, setup_code }, overNetwork);
    assert.equal(made.status, 200, made.text);
    cookie = cookieOf(made);
  });

  test('logs a warning for a settings file with secrets that other users may read', async () => {
    const line = await until(() => suite.logs.find(({ msg }) => /settings file contains secrets/.test(msg)));
    assert.match(line.level, /^warn/);
    assert.match(line.file, /\.yaml$/);
  });

  test('a session is valid immediately after a restart', async () => {
    assert.equal((await who(suite, cookie)).status, 200);
    const { folder } = suite;
    await suite.stop();
    suite = await startSuite(shape, { sources, folder });
    const answer = await who(suite, cookie);
    assert.equal(answer.status, 200, await answer.text());
  });

  test('keys in the settings file replace the shared one', async () => {
    const { folder } = suite;
    await suite.stop();
    suite = await startSuite(shape, { sources, folder, gateway: { admin: { session_keys: ['a key of thirty-two characters !!'] } } });
    assert.equal((await who(suite, cookie)).status, 401);
    assert.ok(!suite.logs.some((line) => line.setup_code), 'an account exists, so no code is logged');
  });
});
