// The landing page: links to the pages, and the state of library and server.

import { serverUrl } from '../shared/base.js';
import { loadImage, sizedUrl } from '../shared/images.js';
import { getLibrary } from '../shared/server.js';

const atMost = 1000;
const againMs = 15_000;
const friezeTiles = 30;

function say(id, text, state) {
  const element = document.getElementById(id);
  element.textContent = text;
  element.dataset.state = state;
}

async function lookAtLibrary() {
  const library = await getLibrary({ count: atMost });
  if (library.state === 'building') return say('library', 'being loaded for the first time', 'poor');
  if (library.state === 'away') return say('library', 'temporarily unavailable', 'bad');
  const { length } = library.items;
  if (length === 0) return say('library', 'empty: start the server with --posters DIR', 'poor');
  say('library', `${length === atMost ? `${atMost} or more` : length} title${length === 1 ? '' : 's'}`, 'good');
  await hang(library.items);
}

async function hang(items) {
  const frieze = document.getElementById('frieze');
  if (frieze.childElementCount > 0) return;
  const width = innerWidth / 6;
  for (let i = 0; i < Math.min(friezeTiles, items.length); i += 1) {
    const url = sizedUrl(items[i].posterUrl, { width, ratio: 1.5, dpr: 1 }, location.href);
    await loadImage(url).then((image) => frieze.append(image), () => {});
  }
}

async function lookAtHealth() {
  try {
    const response = await fetch(serverUrl('/health'), { cache: 'no-store' });
    const body = await response.json().catch(() => ({}));
    const status = String(body.status ?? (response.ok ? 'ok' : 'unwell'));
    say('health', status, !response.ok ? 'bad' : status === 'ok' ? 'good' : 'poor');
  } catch {
    say('health', 'does not respond', 'bad');
  }
}

async function look() {
  await Promise.all([lookAtLibrary(), lookAtHealth()]);
  setTimeout(look, againMs);
}

look();
