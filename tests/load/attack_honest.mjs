// The displays and the owner of attack.mjs, on a thread of their own, so that they measure the server
// and not the attacker. The message 'stop' ends them, and they post all answers; any other message is
// the name of the phase that begins.
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(new URL('../../scripts/npm/package.json', import.meta.url));
const WebSocket = require('ws');

const { port, displays, posters, owner } = workerData;
const everyMs = { display: 1000, owner: 1000, pair: 10_000 };
const base = `http://127.0.0.1:${port}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let phase = '';
let going = true;
const answers = [];
parentPort.on('message', (message) => {
  if (message === 'stop') going = false;
  else phase = message;
});

/** One request; `options.agent`: of the client. Records and returns the answer. */
function ask(kind, method, path, options, body) {
  const began = performance.now();
  const when = Date.now();
  const mine = phase;
  const bytes = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    let text = '';
    const end = (status, error) => {
      answers.push({ kind, phase: mine, at: when, ms: performance.now() - began, status, error });
      let json;
      try {
        json = JSON.parse(text);
      } catch {
        json = undefined;
      }
      resolve({ status, json });
    };
    const call = request(base + path, {
      method, agent: options.agent, localAddress: options.address, timeout: 10_000,
      headers: { ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }), ...options.headers } },
    (answer) => {
      answer.on('data', (piece) => { if (!/^image/.test(answer.headers['content-type'])) text += piece; });
      answer.once('end', () => end(answer.statusCode));
      answer.once('error', (error) => end(0, error.code));
    });
    call.once('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    // A kept connection may be closed by the server while the request is under way: RFC 9112 section
    // 9.3.1 lets clients repeat it, as browsers do.
    call.once('error', (error) => {
      if (error.code === 'ECONNRESET' && call.reusedSocket) resolve(ask(kind, method, path, options, body));
      else end(0, error.code);
    });
    call.end(bytes);
  });
}

function openSocket(display) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/devices`, { localAddress: display.address });
    const began = performance.now();
    const when = Date.now();
    socket.on('open', () => socket.send(JSON.stringify({ kind: 'hello', deviceId: display.deviceId, secret: display.secret })));
    socket.once('message', () => {
      answers.push({ kind: 'socket', phase, at: when, ms: performance.now() - began, status: 101 });
      resolve(socket);
    });
    socket.on('error', (error) => { answers.push({ kind: 'socket', phase, at: when, ms: 0, status: 0, error: error.code ?? error.message }); resolve(undefined); });
    socket.once('close', (code) => {
      if (going) answers.push({ kind: 'socket', phase, at: Date.now(), ms: 0, status: 0, error: `closed ${code}` });
    });
  });
}

async function runDisplay(display, index) {
  const options = { agent: new Agent({ keepAlive: true, maxSockets: 2 }), address: display.address, headers: { 'x-device-id': display.deviceId } };
  await pause((index * everyMs.display) / displays.length);
  let socket = await openSocket(display);
  for (let i = index; going; ++i) {
    const round = pause(everyMs.display);
    const poster = `${posters[i % posters.length]}&width=300&height=450`;
    await ask('image', 'GET', poster, options);
    if (i % 5 === 0) await ask('get-media', 'GET', '/get-media?count=12', options);
    if (i % 5 === 1) await ask('heartbeat', 'POST', '/api/devices/heartbeat', options, { deviceId: display.deviceId, secret: display.secret, status: { mode: 'wallart' } });
    // Some screens are new: an own connection, and a socket that opens again.
    if (i % 20 === 2) await ask('new connection', 'GET', '/get-config', { ...options, agent: false });
    if (i % 50 === 3) {
      socket?.removeAllListeners('close');
      socket?.terminate();
      socket = await openSocket(display);
    }
    await round;
  }
  socket?.terminate();
  options.agent.destroy();
}

async function runOwner() {
  const options = { agent: false, address: owner.address };
  const bearer = { ...options, headers: { authorization: `Bearer ${owner.token}` } };
  const begun = Date.now();
  let paired = 0;
  while (going) {
    const round = pause(everyMs.owner);
    await ask('owner: token', 'GET', '/api/devices', bearer);
    await ask('owner: log-in', 'POST', '/admin/login', options, { username: owner.username, password: owner.password });
    if (Date.now() - begun >= paired * everyMs.pair) {
      ++paired;
      const code = await ask('owner: code', 'POST', `/api/devices/${owner.paired}/pairing-code`, bearer, { requireToken: true });
      if (code.json?.code) {
        await ask('owner: pairing', 'POST', '/api/devices/pair', { agent: false, address: '127.8.0.2' }, { code: code.json.code, token: code.json.token });
      }
    }
    await round;
  }
}

await Promise.all([...displays.map(runDisplay), runOwner()]);
parentPort.postMessage(answers);
parentPort.close();
