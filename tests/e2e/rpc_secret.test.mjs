// The four programs with rpc.shared_secret_file: what another process of this host can do at their
// gRPC ports, with and without the secret. The calls are made with node's HTTP/2 client.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { grpcCall as call, grpcSession } from '../support/grpc.mjs';
import { Folder, Program, adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';

const protos = new URL('../../protos/', import.meta.url).pathname;

/** {file, methods: ['/marquee.playlist.v1.PlaylistService/GetItem', …]} of every service in protos/. */
function services() {
  const found = [];
  for (const name of readdirSync(protos, { recursive: true })) {
    if (!name.endsWith('.proto')) continue;
    const text = readFileSync(join(protos, name), 'utf8').replace(/\/\/.*$/gm, '');
    const package_ = /^package ([\w.]+);/m.exec(text)[1];
    let service;
    for (const [, kind, word] of text.matchAll(/\b(service|rpc) (\w+)/g)) {
      if (kind === 'service') found.push((service = { program: package_.split('.')[1], methods: [] }));
      if (kind === 'service') service.name = `${package_}.${word}`;
      else service.methods.push(`/${service.name}/${word}`);
    }
  }
  return found;
}

describe('shared secret between the programs', () => {
  let suite, secretFile, secret;
  const clients = {};
  before(async () => {
    suite = await startSuite('four', {
      sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] });
    secretFile = join(suite.folder.path, 'rpc.secret');
    secret = readFileSync(secretFile, 'utf8').trim();
    for (const name of ['playlist', 'imageproc', 'devices']) {
      clients[name] = grpcSession(await suite.program(`marquee-${name}`).ready);
    }
  });
  after(async () => {
    for (const client of Object.values(clients)) client.close();
    await suite.stop();
    suite.folder.remove();
  });

  test('the program that starts first creates the file for its owner only', () => {
    assert.equal(statSync(secretFile).mode & 0o777, 0o600);
    assert.match(secret, /^[0-9a-f]{64}$/);
  });

  test('without it no method of any service can be called', async () => {
    let tried = 0;
    for (const { program, methods } of services()) {
      for (const method of methods) {
        for (const headers of [{}, { authorization: `Bearer ${secret.slice(1)}0` }, { authorization: `Bearer ${adminToken}` }]) {
          const { code, message } = await call(clients[program], method, headers);
          assert.equal(code, 16, `${method}: ${message}`);
        }
        ++tried;
      }
    }
    assert.ok(tried > 60, `${tried} methods`);
    for (const client of Object.values(clients)) {
      const { code } = await call(client, '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo');
      assert.equal(code, 16);
    }
  });

  test('health checks need none', async () => {
    for (const client of Object.values(clients)) {
      assert.equal((await call(client, '/grpc.health.v1.Health/Check')).code, 'open');
    }
  });

  test('with it the programs work', async () => {
    const headers = { authorization: `Bearer ${secret}` };
    assert.equal((await call(clients.devices, '/marquee.devices.v1.SettingsService/WatchSettings', headers)).code, 'open');
    const attach = await call(clients.devices, '/marquee.devices.v1.DeviceService/Attach', headers);
    assert.equal(attach.code, 3, attach.message); // INVALID_ARGUMENT: no hello
    const [item] = await playlistOf(suite);
    assert.equal((await fetch(new URL(item.posterUrl, suite.base))).status, 200);
  });

  test('a gateway with another secret answers displays 503, which keep their identity', async () => {
    const folder = new Folder();
    const address = async (name) => (await suite.program(`marquee-${name}`).ready).replace('grpc://', '');
    const gateway = new Program('marquee-gateway', ['--config', folder.write('gateway.yaml', JSON.stringify({
      listen: '127.0.0.1:0', rpc: { shared_secret_file: join(folder.path, 'rpc.secret') },
      backends: { playlist: await address('playlist'), imageproc: await address('imageproc'), devices: await address('devices') } }))]);
    try {
      const base = await gateway.ready;
      const beat = await fetch(`${base}/api/devices/heartbeat`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ deviceId: '11111111-1111-4111-8111-111111111111', secret: 'x'.repeat(43) }) });
      assert.equal(beat.status, 503, await beat.text());
    } finally {
      await gateway.kill();
      folder.remove();
    }
  });

  for (const name of ['playlist', 'imageproc', 'devices']) {
    test(`a listen that other hosts reach is refused without secret and mtls, marquee-${name}`, async () => {
      const folder = new Folder();
      const file = folder.write('config.yaml', JSON.stringify({ listen: '0.0.0.0:0', data_dir: folder.path }));
      for (const more of [[], ['--check-config']]) {
        const started = new Program(`marquee-${name}`, ['--config', file, ...more]);
        const { code } = await started.exited;
        assert.equal(code, more.length ? 78 : 1);
        assert.match(started.errors.join('\n'), /listen: .*rpc\.shared_secret_file.*mtls\.certificate/);
      }
      folder.remove();
    });
  }
});
