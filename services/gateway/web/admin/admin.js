// The control room: the first account, log-in with a second factor, and the state of displays and
// caches. The session is in a cookie; this module stores nothing of it.

import { serverUrl } from '../shared/base.js';
import { pause, within } from '../shared/pause.js';
import { outcomeText, resemblingRow, showDecisions, unknownRow, waitingRow } from './decisions.js';
import { awayText, cacheRows, displayRow } from './rows.js';

const againMs = 10_000;
const timeoutMs = 10_000;
const views = ['setup', 'login', 'factor', 'overview'];

const at = (id) => document.getElementById(id);

function show(view) {
  for (const id of views) at(id).hidden = id !== view;
  at(view).querySelector('input')?.focus();
  document.body.dataset.view = view;
}

function say(text) {
  at('said').textContent = text;
}

/** The body of a response; {} if it is not JSON. */
async function get(path) {
  const response = await fetch(serverUrl(path), {
    cache: 'no-store', headers: { accept: 'application/json' }, signal: within(timeoutMs) });
  return { status: response.status, body: await response.json().catch(() => ({})) };
}

async function post(path, body) {
  const response = await fetch(serverUrl(path), {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json().catch(() => ({})), wait: response.headers.get('retry-after') };
}

function wordsFor({ status, body, wait }) {
  if (status === 429) return `Too many failed attempts. Wait ${Math.ceil(Number(wait || 60) / 60)} minutes.`;
  if (status === 503) return 'The account service is unavailable. Try again in a few seconds.';
  return String(body.message ?? body.error ?? `The request failed with HTTP status ${status}.`);
}

/** Sends a form's fields; `then` receives the response if it was successful. */
function onSubmit(id, path, then) {
  const form = at(id);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const answer = await post(path, Object.fromEntries(new FormData(form)));
      say(answer.status === 200 ? '' : wordsFor(answer));
      if (answer.status === 200) {
        form.reset();
        then(answer.body);
      }
    } catch {
      say('The server does not respond.');
    } finally {
      button.disabled = false;
    }
  });
}

function fill(id, rows) {
  at(id).replaceChildren(...rows.map((cells) => {
    const row = document.createElement('tr');
    row.append(...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
    return row;
  }));
}

let outcome = '';

/** Carries out what a button says, then looks again. */
async function decide({ path, body }, button) {
  button.disabled = true;
  try {
    outcome = outcomeText(await post(path, body));
    await look();
  } catch {
    say('The server does not respond.');
  } finally {
    button.disabled = false;
  }
}

async function lookForDecisions() {
  const now = Date.now();
  const [waiting, unknown, resembling] = await Promise.all([
    get('/api/devices/waiting'), get('/api/devices/unknown'), get('/api/devices/resembling')]);
  if (waiting.status === 200) showDecisions('waiting', waiting.body.map((device) => waitingRow(device, now)), decide);
  if (unknown.status === 200) showDecisions('unknown', (unknown.body.displays ?? []).map((display) => unknownRow(display, now)), decide);
  if (resembling.status === 200) showDecisions('resembling', resembling.body.map((pair) => resemblingRow(pair, now)), decide);
}

async function look() {
  const [devices, caches, advice] = await Promise.all([
    get('/api/devices'), get('/api/admin/cache/metrics'), get('/api/admin/cache/recommendations')]);
  if (devices.status === 401 || caches.status === 401) return false;
  if (devices.status === 200) {
    const rows = devices.body.map((device) => displayRow(device, Date.now()));
    fill('displays', rows.map(({ cells }) => cells));
    rows.forEach(({ state }, i) => { at('displays').rows[i].cells[2].dataset.state = state; });
  }
  if (caches.status === 200) fill('caches', cacheRows(caches.body.metrics ?? {}));
  at('advice').replaceChildren(...(advice.body.recommendations ?? []).map(({ message }) =>
    Object.assign(document.createElement('li'), { textContent: message })));
  await lookForDecisions();
  say(devices.status === 200 ? outcome : 'The devices service is unavailable.');
  outcome = '';
  return true;
}

let visits = 0;

/** Shows the overview and refreshes it until the session ends or enter() is called again. */
async function enter() {
  const visit = ++visits;
  const { status, body } = await get('/api/admin/session');
  if (status !== 200) return begin();
  at('who').textContent = body.username;
  show('overview');
  let seenAt = null;
  while (visit === visits) {
    try {
      if (!(await look())) return begin();
      seenAt = Date.now();
    } catch {
      say(awayText(seenAt, Date.now()));
    }
    await pause(againMs);
  }
}

async function begin() {
  ++visits;
  const { body } = await get('/api/admin/setup');
  at('setup-code').hidden = body.codeRequired !== true;
  show(body.complete === false ? 'setup' : 'login');
}

onSubmit('setup', '/admin/setup', enter);
onSubmit('login', '/admin/login', (body) => (body.requires2FA ? show('factor') : enter()));
onSubmit('factor', '/admin/2fa-verify', enter);
at('leave').addEventListener('click', async () => {
  await fetch(serverUrl('/admin/logout'), { method: 'POST', redirect: 'manual' }).catch(() => {});
  begin();
});
enter().catch(() => say('The server does not respond.'));
