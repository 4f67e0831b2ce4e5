// Every start that cannot succeed fails at once, with one line that says what to change.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { chmodSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { Folder, Program } from '../support/suite.mjs';

describe('starts that fail', () => {
  let folder;
  before(() => {
    folder = new Folder();
    folder.write('posters/one.txt', 'not an image');
  });
  after(() => folder.remove());

  const settings = (changes) => ({
    listen: '127.0.0.1:0', data_dir: `${folder.path}/data`,
    sources: [{ name: 'Posters', type: 'local', path: `${folder.path}/posters` }], ...changes });

  async function failure(program, config, args = []) {
    const file = folder.write('config.yaml', typeof config === 'string' ? config : JSON.stringify(config, null, 1));
    const began = performance.now();
    const started = new Program(program, ['--config', file, ...args]);
    const { code } = await started.exited;
    const ms = Math.round(performance.now() - began);
    // Log lines are held back for a second of a start, and passed on if it takes longer.
    const lines = [...started.errors, ...(ms < 1000 ? started.logs.map((line) => JSON.stringify(line)) : [])];
    console.log(`${ms} ms: ${lines.join(' | ')}`);
    assert.notEqual(code, 0);
    assert.equal(lines.length, 1, `one line, not: ${lines.join('\n')}`);
    return lines[0];
  }

  test('an unknown key names the nearest valid one', async () => {
    const line = await failure('marquee', settings({ image: { memroy_mb: 5 } }));
    assert.match(line, /image\.memroy_mb/);
    assert.match(line, /memory_mb/);
  });

  test('an unknown key of a source, with its place in the list', async () => {
    const line = await failure('marquee', settings({ sources: [{ name: 'a', type: 'local', paht: '/x' }] }));
    assert.match(line, /sources\[0\]\.paht/);
    assert.match(line, /path/);
  });

  test('a wrong type and a wrong unit', async () => {
    assert.match(await failure('marquee', settings({ image: { memory_mb: 'much' } })), /image\.memory_mb/);
    assert.match(await failure('marquee', settings({ playlist: { refresh_every: '60 parsecs' } })), /playlist\.refresh_every/);
  });

  test('a missing secret', async () => {
    const line = await failure('marquee', settings({ admin: { token: '${env:MARQUEE_NO_SUCH_THING}' } }));
    assert.match(line, /admin\.token/);
    assert.match(line, /MARQUEE_NO_SUCH_THING/);
  });

  for (const program of ['marquee', 'marquee-gateway', 'marquee-playlist', 'marquee-imageproc', 'marquee-devices']) {
    test(`a port in use, ${program}`, async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const listen = `127.0.0.1:${taken.address().port}`;
      try {
        const line = await failure(program, ofProgram(program, { listen }));
        assert.ok(line.includes(listen), line);
      } finally {
        taken.close();
      }
    });

    test(`--check-config reports errors and starts nothing, ${program}`, async () => {
      const line = await failure(program, ofProgram(program, { listn: 'x' }), ['--check-config']);
      assert.match(line, /listn/);
      assert.match(line, /listen/);
    });
  }

  function ofProgram(program, changes) {
    const data = `${folder.path}/${program}`;
    const base = {
      'marquee': settings({}),
      'marquee-gateway': { ops_listen: '127.0.0.1:0' },
      'marquee-playlist': { ops_listen: '127.0.0.1:0', data_dir: data, sources: settings({}).sources },
      'marquee-imageproc': { ops_listen: '127.0.0.1:0', data_dir: data },
      'marquee-devices': { ops_listen: '127.0.0.1:0', data_dir: data },
    }[program];
    return { ...base, ...changes };
  }

  // The all-in-one continues without it: store_loss.test.mjs.
  test('a devices service whose database file is invalid', async () => {
    folder.write('broken/devices.db', 'this is not a database, it only looks like a file of some length. '.repeat(50));
    const line = await failure('marquee-devices',
      ofProgram('marquee-devices', { data_dir: `${folder.path}/broken`, listen: '127.0.0.1:0' }));
    assert.match(line, /devices\.db/);
  });

  test('a data folder that cannot be written', { skip: process.getuid() === 0 && 'root may write anywhere' }, async () => {
    folder.write('locked/x', '');
    chmodSync(`${folder.path}/locked`, 0o500);
    const line = await failure('marquee', settings({ data_dir: `${folder.path}/locked` }));
    assert.match(line, /locked/);
  });

  test('a data folder whose path is a file', async () => {
    const file = folder.write('file', 'x');
    const line = await failure('marquee', settings({ data_dir: `${file}/data` }));
    assert.ok(line.includes(file), line);
  });
});
