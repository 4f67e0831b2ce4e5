// Real nginx in front of the real programs: common variants of proxy_pass and Host, with and
// without the matching settings. SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Nginx, holdPort, upgrades } from '../support/nginx.mjs';
import { Folder, adminToken, bin, playlistOf, startSuite } from '../support/suite.mjs';
import { withPage } from './browser.mjs';
import { cinemaShowsOnePosterAfterAnother, landingShowsLibrarySize, screenRegistersAndRunsCommand,
  screensaverShowsOneTitleAfterAnother, wallIsFullAndChanges } from './wall.mjs';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

const shape = process.env.SHAPE ?? 'allinone';
const sources = [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }];
const user = { username: 'ripley', password: 'a long way from home' };
const unlimited = { limits: { api_per_minute: 0, admin_per_minute: 0, failures_per_15_minutes: 0 } };

/** One request as a browser on http://HOST sends it: Origin, no Sec-Fetch-Site. */
function ask(url, { method = 'GET', headers = {}, body } = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = (url.startsWith('https:') ? secure : plain)(url, {
      method, agent: false, rejectUnauthorized: false,
      headers: { ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers },
    }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      resolve({ status: answer.statusCode, headers: answer.headers, text: bytes.toString(), bytes,
        cookies: answer.headers['set-cookie'] ?? [] });
    });
    call.once('error', reject);
    call.end(text);
  });
}

/** "open", or the close code of a display's socket after hello. */
async function helloAt(base) {
  const registered = await ask(`${base}/api/devices/register`, { method: 'POST', body: { name: '', hardwareId: `hw-${base}` } });
  assert.equal(registered.status, 200, registered.text);
  const { deviceId, secret } = JSON.parse(registered.text);
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/ws/devices`, { rejectUnauthorized: false });
  try {
    await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
    const answered = new Promise((resolve) => {
      socket.on('message', (data) => { if (JSON.parse(data).kind === 'hello-ack') resolve('open'); });
      socket.once('close', resolve);
    });
    socket.send(JSON.stringify({ kind: 'hello', deviceId, secret }));
    return await answered;
  } finally {
    socket.terminate();
  }
}

function logIn(base) {
  return ask(`${base}/admin/login`, { method: 'POST', body: user, headers: { origin: new URL(base).origin } });
}

/** Checks everything that an administrator and a display do at this address. `path`: of the cookie. */
async function worksAt(base, { path = '/' } = {}) {
  const { origin, protocol } = new URL(base);
  const entered = await logIn(base);
  assert.equal(entered.status, 200, `log-in at ${base}: ${entered.text}`);
  const session = entered.cookies.find((cookie) => cookie.startsWith('marquee_session='));
  assert.match(session, new RegExp(`; Path=${path};`));
  assert.equal(/; Secure/.test(session), protocol === 'https:', session);
  const cookie = session.split(';')[0];
  const saved = await ask(`${base}/api/admin/config`, {
    method: 'POST', body: { config: { transitionIntervalSeconds: 20 }, env: {} }, headers: { origin, cookie } });
  assert.equal(saved.status, 200, `save at ${base}: ${saved.text}`);
  const forged = await ask(`${base}/api/admin/config`, {
    method: 'POST', body: { config: { transitionIntervalSeconds: 20 }, env: {} }, headers: { origin: 'http://evil.example', cookie } });
  assert.equal(forged.status, 403, `a change from another site at ${base}`);
  assert.equal(await helloAt(base), 'open', `WebSocket at ${base}`);
  const items = JSON.parse((await ask(`${base}/get-media?count=3`)).text);
  const address = items[0].posterUrl.startsWith(`${new URL(base).pathname.replace(/\/$/, '')}/`)
    ? origin + items[0].posterUrl : base + items[0].posterUrl;
  const image = await ask(`${address}&width=200`);
  assert.equal(image.status, 200, address);
  assert.ok(image.bytes.length > 1000);
}

async function refusedAt(base) {
  const refused = await logIn(base);
  assert.equal(refused.status, 403, `log-in at ${base}: ${refused.text}`);
  for (const said of ['public_url', 'allowed_origins', new URL(base).origin]) {
    assert.ok(refused.text.includes(said), `${said} in ${refused.text}`);
  }
  // Displays need no log-in.
  assert.equal(await helloAt(base), 'open', `WebSocket at ${base}`);
}

// The contents of a location block, and whether the browser's origin can be determined through it:
// always, or only from the header fields of a trusted proxy. "GATEWAY" is replaced.
const forms = {
  'proxy_pass alone': { pass: 'proxy_pass http://GATEWAY;', seen: 'never' },
  'proxy_pass with a slash': { pass: 'proxy_pass http://GATEWAY/;', seen: 'never' },
  'Host $host on another port': { pass: 'proxy_pass http://GATEWAY; proxy_set_header Host $host;', seen: 'never' },
  'Host $http_host': { pass: 'proxy_pass http://GATEWAY; proxy_set_header Host $http_host;', seen: 'always' },
  'Host $host:$server_port': { pass: 'proxy_pass http://GATEWAY/; proxy_set_header Host $host:$server_port;', seen: 'always' },
  'X-Forwarded-Host and -Proto': { seen: 'trusted',
    pass: 'proxy_pass http://GATEWAY; proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;' },
  'Host $host and X-Forwarded-Port': { seen: 'trusted',
    pass: 'proxy_pass http://GATEWAY; proxy_set_header Host $host; proxy_set_header X-Forwarded-Port $server_port;' },
  'TLS, Host $http_host': { tls: true, seen: 'always', pass: 'proxy_pass http://GATEWAY; proxy_set_header Host $http_host;' },
  'TLS, X-Forwarded-Host and -Proto': { tls: true, seen: 'trusted',
    pass: 'proxy_pass http://GATEWAY/; proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;' },
};

class Site {
  /** @param {(ports: Record<string, number>) => object} settings of the gateway, which may name the ports */
  static async start(settings, locations) {
    const self = new Site();
    self.keys = new Folder();
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=127.0.0.1', '-keyout', join(self.keys.path, 'key.pem'), '-out', join(self.keys.path, 'cert.pem')], { stdio: 'ignore' });
    self.ports = {};
    self.held = [];
    for (const name of Object.keys(locations)) {
      self.held.push(await holdPort());
      self.ports[name] = self.held.at(-1).port;
    }
    self.suite = await startSuite(shape, { sources, gateway: { ...unlimited, ...settings(self.ports) } });
    await playlistOf(self.suite, 24);
    const made = await ask(`${self.suite.base}/admin/setup`, { method: 'POST', body: user });
    assert.equal(made.status, 200, made.text);
    const gateway = new URL(self.suite.base).host;
    self.nginx = await Nginx.start(Object.entries(locations).map(([name, { tls, block }]) => `server {
      listen 127.0.0.1:${self.ports[name]}${tls ? ' ssl' : ''};
      ${tls ? `ssl_certificate ${self.keys.path}/cert.pem; ssl_certificate_key ${self.keys.path}/key.pem;` : ''}
      ${block.replaceAll('GATEWAY', gateway)}
    }`), self.held);
    return self;
  }
  async stop() {
    await this.nginx?.stop();
    await this.suite?.stop();
    this.suite?.folder.remove();
    this.keys.remove();
  }
}

const atRoot = Object.fromEntries(Object.entries(forms).map(([name, { tls, pass }]) =>
  [name, { tls, block: `location / { ${pass} ${upgrades} }` }]));
const addressOf = (port, tls, path = '') => `${tls ? 'https' : 'http'}://127.0.0.1:${port}${path}`;

// Each variant below /wall/: the path passed unchanged, removed, and replaced.
const passes = { whole: 'proxy_pass http://GATEWAY;', 'cut off': 'proxy_pass http://GATEWAY/;', named: 'proxy_pass http://GATEWAY/wall/;' };
const belowWall = (fields) => Object.fromEntries(Object.entries(passes).map(([name, pass]) =>
  [name, { block: `location /wall/ { ${pass} ${fields} ${upgrades} }` }]));

describe(`proxy, ${shape}`, () => {
  let site;
  const uses = (settings, locations) => {
    before(async () => { site = await Site.start(settings, locations); });
    after(async () => { await site?.stop(); });
  };

  describe('without settings', () => {
    uses(() => ({}), atRoot);
    for (const [name, { tls, seen }] of Object.entries(forms)) {
      test(name, () => (seen === 'always' ? worksAt : refusedAt)(addressOf(site.ports[name], tls)));
    }
  });

  describe('with trusted_proxies', () => {
    uses(() => ({ trusted_proxies: ['127.0.0.1'] }), atRoot);
    for (const [name, { tls, seen }] of Object.entries(forms)) {
      test(name, () => (seen === 'never' ? refusedAt : worksAt)(addressOf(site.ports[name], tls)));
    }
  });

  describe('with allowed_origins', () => {
    uses((ports) => ({ browsers: { allowed_origins: ['*', ...Object.entries(forms).map(([name, { tls }]) => addressOf(ports[name], tls))] } }), atRoot);
    for (const [name, { tls }] of Object.entries(forms)) test(name, () => worksAt(addressOf(site.ports[name], tls)));
  });

  describe('with public_url', () => {
    const name = 'proxy_pass alone';
    uses((ports) => ({ public_url: `${addressOf(ports[name])}/` }), atRoot);
    test(`${name}: its origin is the server's own`, () => worksAt(addressOf(site.ports[name])));
    test('another origin is rejected', () => refusedAt(addressOf(site.ports['Host $host on another port'])));
  });

  describe('with "*" in allowed_origins', () => {
    uses(() => ({ browsers: { allowed_origins: ['*'] } }), { alone: atRoot['proxy_pass alone'] });
    test('log-in is still rejected', () => refusedAt(addressOf(site.ports.alone)));
  });

  describe('below /wall/ with base_path', () => {
    uses(() => ({ base_path: '/wall' }), belowWall('proxy_set_header Host $http_host;'));
    for (const name of Object.keys(passes)) {
      test(`the path ${name}`, async () => {
        const base = addressOf(site.ports[name], false, '/wall');
        await worksAt(base, { path: '/wall' });
        const items = JSON.parse((await ask(`${base}/get-media?count=3`)).text);
        assert.ok(items.every(({ posterUrl }) => posterUrl.startsWith('/wall/image?')));
      });
    }
  });

  describe('below /wall/ with public_url', () => {
    uses((ports) => ({ public_url: addressOf(ports['cut off'], false, '/wall/') }), belowWall(''));
    test('the path cut off', () => worksAt(addressOf(site.ports['cut off'], false, '/wall'), { path: '/wall' }));
  });

  describe('below /wall/ with X-Forwarded-Prefix of a trusted proxy', () => {
    uses(() => ({ trusted_proxies: ['127.0.0.1'], root: { target: 'wallart' } }),
      belowWall('proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Prefix /wall;'));
    for (const name of Object.keys(passes)) {
      test(`the path ${name}`, async () => {
        const base = addressOf(site.ports[name], false, '/wall');
        await worksAt(base, { path: '/wall' });
        assert.equal((await ask(`${base}/`)).headers.location, `${new URL(base).pathname}/wallart`);
        assert.match((await ask(`${base}/image?server=None&path=%2Fa.jpg`)).headers.location, /^\/wall\/fallback-poster\.png/);
        // Bodies are unchanged: only the proxy knows the prefix.
        const items = JSON.parse((await ask(`${base}/get-media?count=3`)).text);
        assert.ok(items.every(({ posterUrl }) => posterUrl.startsWith('/image?')));
      });
    }
  });

  describe('in a browser below /wall/', () => {
    uses(() => ({ trusted_proxies: ['127.0.0.1'] }),
      belowWall('proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Prefix /wall;'));
    const at = (name = 'cut off') => addressOf(site.ports[name], false, '/wall');
    test('the wall', () => wallIsFullAndChanges(at()));
    test('the wall, the path whole', () => wallIsFullAndChanges(at('whole')));
    test('the screensaver', () => screensaverShowsOneTitleAfterAnother(at()));
    test('the cinema', () => cinemaShowsOnePosterAfterAnother(at()));
    test('the landing page', () => landingShowsLibrarySize(at()));
    test('the screen registers and changes its page on command', () => screenRegistersAndRunsCommand(at(), adminToken));
    test('administration, at each of its addresses', () => withPage({ width: 1280, height: 800 }, async (page) => {
      for (const path of ['/admin', '/admin/login', '/admin/']) {
        await page.context().clearCookies();
        await page.goto(at() + path);
        await page.waitForFunction(() => document.body.dataset.view === 'login');
        await page.fill('#login [name=username]', user.username);
        await page.fill('#login [name=password]', user.password);
        await page.click('#login button[type=submit]');
        await page.waitForFunction(() => document.body.dataset.view === 'overview');
        const [session] = (await page.context().cookies(`${at()}/`)).filter(({ name }) => name === 'marquee_session');
        assert.equal(session.path, '/wall');
      }
    }));
    test('the description of the API', () => withPage({ width: 1280, height: 800 }, async (page, heard) => {
      await page.goto(`${at()}/docs`);
      await page.waitForFunction(() => document.querySelectorAll('details').length > 20);
      assert.deepEqual(heard.complaints, []);
    }));
  });
});

// Each nginx configuration of the how-to with the settings below it, unchanged except for ports.
const howto = readFileSync(new URL('../../docs/howto/reverse-proxy.md', import.meta.url), 'utf8');
const written = [...howto.matchAll(/```nginx\n(.*?)```\n\n```yaml\n(.*?)```/gs)].map(([, nginx, yaml]) => ({ nginx, yaml }));

describe(`docs/howto/reverse-proxy.md, ${shape}`, () => {
  test('has its configurations', () => assert.equal(written.length, 3));
  written.forEach(({ nginx, yaml }, index) => test(`nginx configuration ${index + 1}`, async () => {
    const held = await holdPort();
    const { port } = held;
    const path = /base_path: "(.*)"/.exec(yaml)?.[1] ?? '';
    const settings = Object.fromEntries(yaml.trim().split('\n').map((line) => {
      const [, name, value] = /^(\w+): (.*)$/.exec(line);
      return [name, JSON.parse(value.replace('http://wall.example', `http://127.0.0.1:${port}`))];
    }));
    const suite = await startSuite(shape, { sources, gateway: { ...unlimited, ...settings } });
    let proxy;
    try {
      await playlistOf(suite, 24);
      assert.equal((await ask(`${suite.base}/admin/setup`, { method: 'POST', body: user })).status, 200);
      const block = nginx.replace(/map .*?\n}\n/s, '').replace('listen 80;', `listen 127.0.0.1:${port};`);
      proxy = await Nginx.start([block.replace('127.0.0.1:4000', new URL(suite.base).host)], [held]);
      await worksAt(`http://127.0.0.1:${port}${path}`, { path: path || '/' });
    } finally {
      await proxy?.stop();
      await suite.stop();
      suite.folder.remove();
    }
  }));
});

describe(`hand-made requests, ${shape}`, () => {
  let suite;
  before(async () => {
    suite = await startSuite(shape, { sources, gateway: { ...unlimited, trusted_proxies: ['127.0.0.1'] } });
    assert.equal((await ask(`${suite.base}/admin/setup`, { method: 'POST', body: user })).status, 200);
  });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
  });
  const login = (headers) => ask(`${suite.base}/admin/login`, { method: 'POST', body: user, headers });

  test('supports the header fields of Caddy and Traefik', async () => {
    // Caddy: Host as the client sent it, and these three. Traefik adds the port, and removes a
    // prefix.
    const caddy = { host: 'wall.example', 'x-forwarded-for': '198.51.100.7', 'x-forwarded-host': 'wall.example', 'x-forwarded-proto': 'https' };
    assert.equal((await login({ ...caddy, origin: 'https://wall.example' })).status, 200);
    assert.equal((await login({ ...caddy, origin: 'http://wall.example' })).status, 403);
    const traefik = { ...caddy, 'x-forwarded-port': '8443', 'x-forwarded-prefix': '/wall', 'x-forwarded-server': 'traefik', 'x-real-ip': '198.51.100.7' };
    const entered = await login({ ...traefik, origin: 'https://wall.example:8443' });
    assert.equal(entered.status, 200, entered.text);
    assert.ok(entered.cookies.every((cookie) => /; Path=\/wall; .*; Secure/.test(cookie)), entered.cookies.join('\n'));
    assert.equal(JSON.parse(entered.text).redirectTo, '/wall/admin');
  });

  test('rejects log-in from another site, whichever header fields are missing', async () => {
    const host = new URL(suite.base).host;
    for (const headers of [{ host, 'sec-fetch-site': 'cross-site' }, { host, 'sec-fetch-site': 'same-site' },
      { host, origin: 'null' }, { host, origin: 'http://evil.example' }, { host, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }]) {
      assert.equal((await login(headers)).status, 403, JSON.stringify(headers));
    }
    assert.equal((await login({ host })).status, 200);
  });
});

describe(`no trusted proxies, ${shape}`, () => {
  let suite;
  before(async () => { suite = await startSuite(shape, { sources, gateway: unlimited }); });
  after(async () => {
    await suite?.stop();
    suite?.folder.remove();
  });

  test('forwarded fields of an untrusted peer change no redirect and no cookie', async () => {
    const answer = await ask(`${suite.base}/wallart`, { headers: { 'x-forwarded-prefix': '/evil', 'x-forwarded-proto': 'https' } });
    assert.match(answer.cookies.join(), /pr_iid=[^;]*; Max-Age=\d+; Path=\/;/);
    const fallback = await ask(`${suite.base}/image?server=None&path=%2Fa.jpg`, { headers: { 'x-forwarded-prefix': '/evil' } });
    assert.ok(!(fallback.headers.location ?? '').startsWith('/evil'));
  });

  test('rejects set-up and log-in for a foreign host', async () => {
    for (const path of ['/admin/setup', '/setup', '/admin/login', '/login']) {
      for (const headers of [{ host: 'evil.example' }, { host: 'evil.example', origin: 'http://evil.example' },
        { host: 'evil.example', 'x-forwarded-host': '127.0.0.1' }, { host: 'evil.example', 'x-forwarded-proto': 'https' }]) {
        const answer = await ask(suite.base + path, { method: 'POST', body: user, headers });
        assert.equal(answer.status, 403, `${path} ${JSON.stringify(headers)}: ${answer.text}`);
      }
    }
  });
});
