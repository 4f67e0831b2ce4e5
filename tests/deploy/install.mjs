// What a person does with the package, in a container that ./dev soak install has booted. The steps
// build on one another. LEADER: process id of the container's systemd; this program runs in the
// network namespace of the container.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

import { withPage } from '../e2e/browser.mjs';
import { post } from '../support/device.mjs';
import { plainPng } from '../support/png.mjs';
import { until } from '../support/suite.mjs';

const base = 'http://127.0.0.1:4000';
const enter = ['--target', process.env.LEADER, '--mount', '--uts', '--ipc', '--net', '--pid', '--'];
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
const run = (...command) => spawnSync('nsenter', [...enter, ...command], { encoding: 'utf8', env: environment });
const inside = (...command) => {
  const { status, stdout, stderr } = run(...command);
  assert.equal(status, 0, `${command.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
};
const install = (file) => inside('apt-get', '-q', '-y', '--allow-downgrades', '-o', 'Dpkg::Options::=--force-confold', 'install', file);
const write = (path, bytes) =>
  execFileSync('nsenter', [...enter, 'sh', '-c', 'mkdir -p "$(dirname "$0")" && cat >"$0"', path], { input: bytes, env: environment });
const exists = (path) => run('test', '-e', path).status === 0;
const active = () => run('systemctl', 'is-active', 'marquee').stdout.trim() === 'active';
const answers = async () => {
  await until(() => fetch(`${base}/readyz`).then(({ ok }) => ok, () => false));
};
const playlist = async (check) => await until(async () => {
  const items = await fetch(`${base}/get-media`).then((answer) => answer.json(), () => []);
  return Array.isArray(items) ? items : [];
}, check);

describe('the Debian package', () => {
  let display;

  test('installs within a minute from a warm apt cache, without a compiler, and runs', { timeout: 300_000 }, async (t) => {
    const begin = performance.now();
    install('/srv/new.deb');
    const seconds = (performance.now() - begin) / 1000;
    await answers();
    t.diagnostic(`apt-get install took ${seconds.toFixed(1)} s`);
    assert.ok(seconds <= 60, `${seconds} s`);
    for (const compiler of ['cc', 'gcc', 'clang']) assert.notEqual(run('which', compiler).status, 0, compiler);
    assert.ok(active());
  });

  test('runs as its own user in the sandbox of its unit', () => {
    const pid = inside('systemctl', 'show', '-p', 'MainPID', '--value', 'marquee');
    const status = Object.fromEntries(inside('cat', `/proc/${pid}/status`).split('\n').map((line) => line.split(/:\s*/)));
    assert.equal(inside('stat', '-c', '%U', `/proc/${pid}`), 'marquee');
    assert.deepEqual([status.NoNewPrivs, status.Seccomp, status.CapBnd], ['1', '2', '0000000000000000']);
    assert.equal(inside('stat', '-c', '%a %G', '/etc/marquee/marquee.yaml'), '640 marquee');
    assert.equal(inside('stat', '-c', '%a %U', '/var/lib/marquee'), '750 marquee');
  });

  test('shows decoded posters within two seconds after a start', { timeout: 120_000 }, async (t) => {
    await withPage({ width: 1280, height: 720 }, async (page) => {
      await page.goto(`${base}/wallart`);
      await until(() => page.evaluate(() => document.querySelectorAll('#wall img').length > 0));
      await page.goto('about:blank');
      inside('systemctl', 'stop', 'marquee');
      const begin = performance.now();
      inside('systemctl', 'start', 'marquee');  // Type=notify: returns when the program is ready
      await page.goto(`${base}/wallart`);
      await page.waitForFunction(() =>
        [...document.querySelectorAll('#wall img')].some((image) => image.complete && image.naturalWidth > 0), null, { polling: 20 });
      const seconds = (performance.now() - begin) / 1000;
      t.diagnostic(`first decoded poster ${seconds.toFixed(2)} s after systemctl start`);
      assert.ok(seconds <= 2, `${seconds} s`);
    });
  });

  test('cuts JPEG and PNG from a folder below /home', { timeout: 120_000 }, async () => {
    const demo = inside('sh', '-c', 'ls /usr/share/marquee/demo/*.jpg').split('\n')[0];
    inside('sh', '-c', `mkdir -p /home/owner/posters && cp "$0" "/home/owner/posters/Jay (2001).jpg" && chmod -R a+rX /home/owner`, demo);
    write('/home/owner/posters/Pen (2002).png', plainPng(400, 600, [200, 30, 60]));
    const settings = inside('cat', '/etc/marquee/marquee.yaml');
    write('/etc/marquee/marquee.yaml', `${settings}\nsources:\n  - { name: Posters, type: local, path: /home/owner/posters }\n`);
    inside('systemctl', 'restart', 'marquee');
    const items = await playlist((list) => list.length === 2 && list.every(({ title }) => ['Jay', 'Pen'].includes(title)));
    for (const { title, posterUrl } of items) {
      const image = await fetch(`${base}${posterUrl}&width=200`, { redirect: 'manual', headers: { accept: 'image/jpeg' } });
      assert.equal(image.status, 200, title);
      assert.equal(image.headers.get('content-type'), 'image/jpeg', title);
      const bytes = Buffer.from(await image.arrayBuffer());
      assert.deepEqual([bytes[0], bytes[1], bytes.at(-2), bytes.at(-1)], [0xff, 0xd8, 0xff, 0xd9], title);
    }
  });

  test('is restarted after kill -9', { timeout: 120_000 }, async () => {
    const pid = inside('systemctl', 'show', '-p', 'MainPID', '--value', 'marquee');
    inside('sh', '-c', 'kill -9 "$0"', pid);
    await until(() => inside('systemctl', 'show', '-p', 'MainPID', '--value', 'marquee'), (now) => now !== pid && now !== '0');
    await answers();
  });

  test('remove keeps data and purge deletes it', { timeout: 120_000 }, () => {
    inside('apt-get', '-q', '-y', 'remove', 'marquee');
    assert.ok(exists('/var/lib/marquee/devices.db') || exists('/var/lib/marquee/devices/devices.db'), inside('ls', '-R', '/var/lib/marquee'));
    assert.ok(exists('/etc/marquee/marquee.yaml'));
    inside('apt-get', '-q', '-y', 'purge', 'marquee');
    assert.ok(!exists('/var/lib/marquee') && !exists('/etc/marquee'));
  });

  test('an upgrade keeps displays, secrets and settings', { timeout: 120_000 }, async (t) => {
    install('/srv/old.deb');
    await answers();
    const registered = await post(base, '/api/devices/register', { name: 'Hall', hardwareId: 'hw-upgrade' });
    assert.equal(registered.status, 200, registered.text);
    const { deviceId, secret } = registered.json;
    display = { deviceId, secret };
    write('/etc/marquee/marquee.yaml', `${inside('cat', '/etc/marquee/marquee.yaml')}\n# kept\nlog_level: debug\n`);
    install('/srv/new.deb');
    await answers();
    const check = await post(base, '/api/devices/check', display);
    assert.deepEqual(check.json, { valid: true, isRegistered: true, deviceId });
    assert.equal((await post(base, '/api/devices/heartbeat', display)).status, 200);
    assert.match(inside('cat', '/etc/marquee/marquee.yaml'), /# kept/);
    t.diagnostic(`${inside('dpkg-query', '-W', 'marquee')}`);
  });

  test('an older program refuses a newer database in words, and the newer one serves it again', { timeout: 120_000 }, async (t) => {
    run('apt-get', '-q', '-y', '--allow-downgrades', '-o', 'Dpkg::Options::=--force-confold', 'install', '/srv/old.deb');
    // The all-in-one serves images without device routes when its database cannot be used.
    const said = inside('journalctl', '-u', 'marquee', '-o', 'cat', '--no-pager');
    if (/newer Marquee/.test(said)) {
      t.diagnostic(said.split('\n').find((line) => /newer Marquee/.test(line)));
    } else {
      t.diagnostic('both packages have the same database schema');
      assert.equal((await post(base, '/api/devices/check', display)).json.valid, true);
    }
    install('/srv/new.deb');
    await answers();
    assert.equal((await post(base, '/api/devices/check', display)).json.valid, true);
  });
});
