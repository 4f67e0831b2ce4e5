// The commands of a screen and their implementation. Each entry returns null, or an error text.
// Commands that end the page (reload, another mode) run after a short delay, so that the
// acknowledgement is sent first.

import { base, serverUrl } from '../shared/base.js';
import { keep, recall } from '../shared/storage.js';

export const displayPages = ['wallart', 'screensaver', 'cinema'];
const leaveMs = 150;
const reloadGuardMs = 8000;  // two reload commands within this time count as one

/**
 * @param {{page: {next: () => void, prev: () => void, pause: () => void, resume: () => void,
 *   paused: () => boolean, pin?: () => void}, screen: import('../shared/screen.js').Screen,
 *   applySettings: (settings: object) => void}} hands
 * @returns {(type: string, payload: object) => (string|null)}
 */
export function commandTable({ page, screen, applySettings }) {
  const does = (act) => (payload) => act(payload) ?? null;
  const table = {
    'playback.next': does(() => page.next()),
    'playback.prev': does(() => page.prev()),
    'playback.pause': does(() => page.pause()),
    'playback.resume': does(() => page.resume()),
    'playback.toggle': does(() => (page.paused() ? page.resume() : page.pause())),
    'playback.pinPoster': does(() => page.pause()),
    'power.off': does(() => screen.setOff(true)),
    'power.on': does(() => screen.setOff(false)),
    'power.toggle': does(() => screen.setOff(!screen.off)),
    'remote.key': ({ key }) => (key === 'playpause' ? table['playback.toggle']({}) : `no such key: ${key}`),
    'mode.navigate': ({ mode }) => {
      if (!displayPages.includes(mode)) return `no such page: ${mode}`;
      setTimeout(() => location.assign(serverUrl(`/${mode}${location.search}`)), leaveMs);
      return null;
    },
    'settings.apply': does((settings) => applySettings(settings)),
    'core.mgmt.reload': reload,
    'core.mgmt.clearCache': () => clearCaches(),
    'core.mgmt.swUnregister': () => clearCaches(),
    'core.mgmt.reset': () => clearCaches(),
  };
  return (type, payload) => table[type]?.(payload ?? {}) ?? (type in table ? null : `not supported: ${type}`);
}

function reload() {
  const last = recall('marquee.reloadedAt') ?? 0;
  if (Math.abs(Date.now() - last) < reloadGuardMs) return null;
  keep('marquee.reloadedAt', Date.now());
  setTimeout(() => location.reload(), leaveMs);
  return null;
}

// Marquee's pages install no service worker, but an older display at this address may have left
// one. Below a base path the host may serve other programs: their workers are kept, and so are its
// caches, whose names do not reveal their owner.
function clearCaches() {
  const workers = navigator.serviceWorker?.getRegistrations?.() ?? Promise.resolve([]);
  Promise.allSettled([
    workers.then((all) => Promise.all(all.filter(({ scope }) => new URL(scope).pathname.startsWith(base))
      .map((worker) => worker.unregister()))),
    base === '/' && globalThis.caches?.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))),
  ]).then(reload);
  return null;
}
