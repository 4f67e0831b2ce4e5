// Starts the all-in-one from the tree that `cmake --install` makes for its package, with the settings
// of a fresh installation: no source. MARQUEE_BUILD: the build folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Folder, Program, bin, playlistOf } from '../support/suite.mjs';

const programs = {
  marquee: ['marquee', 'marquee-decoder'],
  'marquee-services': ['marquee-gateway', 'marquee-playlist', 'marquee-imageproc', 'marquee-devices', 'marquee-decoder'],
};

describe('the installed tree', () => {
  let folder;
  let program;
  before(() => {
    folder = new Folder();
    for (const component of Object.keys(programs)) {
      execFileSync('cmake', ['--install', process.env.MARQUEE_BUILD ?? join(bin, '..'),
        '--component', component, '--prefix', join(folder.path, component)], { stdio: 'pipe' });
    }
  });
  after(async () => {
    await program?.kill();
    folder.remove();
  });

  for (const [component, names] of Object.entries(programs)) {
    test(`${component} holds its programs and the pages`, () => {
      for (const name of names) assert.ok(existsSync(join(folder.path, component, 'bin', name)), name);
      for (const page of ['wallart', 'screensaver', 'cinema', 'index']) {
        assert.ok(existsSync(join(folder.path, component, `share/marquee/web/${page}.html`)), page);
      }
    });
  }

  test('marquee shows the demo library when no source is configured', async () => {
    const config = folder.write('marquee.yaml', JSON.stringify({ listen: '127.0.0.1:0', data_dir: join(folder.path, 'data') }));
    program = new Program(relative(bin, join(folder.path, 'marquee/bin/marquee')), ['--config', config]);
    const base = await program.ready;
    const [item] = await playlistOf({ base });
    const image = await fetch(`${base}${item.posterUrl}&width=200`, { redirect: 'manual' });
    assert.equal(image.status, 200);
    for (const page of ['/wallart', '/admin']) {
      const addresses = [...(await (await fetch(base + page)).text()).matchAll(/(?:src|href)="([\w./-]+\.(?:js|css)(?:\?[^"]*)?)"/g)];
      assert.ok(addresses.length > 0, page);
      for (const [, address] of addresses) {
        assert.equal((await fetch(new URL(address, base + page))).status, 200, `${address} of ${page}`);
      }
    }
    assert.equal((await program.stop()).code, 0);
  });
});
