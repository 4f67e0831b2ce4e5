// Setting up a media server as an administrator: testing it before it is saved, its libraries, and
// live playback events. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { FakeJellyfin, movie } from '../support/fake_jellyfin.mjs';
import { adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const demo = join(bin, '../share/marquee/demo');
const token = 'probe-secret';
const headers = { authorization: `Bearer ${adminToken}` };

/** Events of a stream from now on: {event, data}. */
async function* eventsOf(base, signal) {
  const answer = await fetch(`${base}/api/admin/events`, { headers, signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  let text = '';
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const match = /^event: (\S+)\ndata: (.*)$/m.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (match) yield { event: match[1], data: JSON.parse(match[2]) };
    }
  }
}

describe(`probes, ${shape}`, () => {
  let suite;
  let jellyfin;
  before(async () => {
    const posters = readdirSync(demo).filter((name) => name.endsWith('.jpg'));
    jellyfin = await FakeJellyfin.start({
      token, image: readFileSync(join(demo, posters[0])), movies: [movie('m1', 'The Long Tide', 1990)] });
    suite = await startSuite(shape, {
      sources: [{ name: 'Hall', type: 'jellyfin', url: jellyfin.url, token, movie_libraries: ['Movies'] }] });
    await playlistOf(suite, 1);
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
    jellyfin.stop();
  });

  async function probe(what, body) {
    const answer = await fetch(`${suite.base}/api/admin/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }

  test('tests a server and reports why it cannot be reached', async () => {
    const { hostname, port } = new URL(jellyfin.url);

    const good = await probe('test-jellyfin', { hostname, port: Number(port), apiKey: token });
    assert.equal(good.status, 200);
    assert.deepEqual(good.body.serverInfo, { name: 'Fake', version: '10.9.0' });
    const wrong = await probe('test-jellyfin', { hostname, port, apiKey: 'no' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.error, /401|key|token/i);
    assert.equal((await probe('test-jellyfin', { hostname, port: 1, apiKey: token })).status, 400);
  });

  test('without a key the stored one is used, at its own address only', async () => {
    assert.equal((await probe('test-jellyfin', {})).status, 200);
    const libraries = await probe('jellyfin-libraries', {});
    assert.deepEqual(libraries.body.libraries.map(({ name, type }) => [name, type]), [['Movies', 'movie']]);
    const elsewhere = await probe('test-jellyfin', { hostname: '127.0.0.1', port: 1 });
    assert.equal(elsewhere.status, 400);
    assert.match(elsewhere.body.error, /only sent to their own address/);
  });

  test('sends an event to listeners when playback starts', async () => {
    jellyfin.sessions = [{
      Id: 's1', UserName: 'anna', Client: 'Web', DeviceName: 'Laptop', PlayState: { IsPaused: false },
      NowPlayingItem: { Id: 'm1', Type: 'Movie', Name: 'The Long Tide', ImageTags: { Primary: 't1' } } }];
    const leave = new AbortController();

    let told;
    for await (const { event, data } of eventsOf(suite.base, leave.signal)) {
      if (event !== 'jellyfin-sessions') continue;
      told = data;
      break;
    }
    leave.abort();

    assert.equal(told.sessions.length, 1);
    assert.equal(told.sessions[0].title, 'The Long Tide');
    assert.equal(told.sessions[0].username, 'anna');
  });
});
