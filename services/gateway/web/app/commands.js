// What a screen can be told, and by which means it does so. Every entry gives null, or says what is
// wrong; what ends the page (reload, another mode) happens a moment later, so that the ack gets out.

import { base, serverUrl } from './base.js';
import { keep, recall } from './storage.js';

export const displayPages = ['wallart', 'screensaver', 'cinema'];
const leaveMs = 150;
const reloadGuardMs = 8000;  // a reload that is asked for twice happens once

/**
 * @param {{page: {next: () => void, prev: () => void, pause: () => void, resume: () => void,
 *   paused: () => boolean, pin?: () => void}, screen: import('./screen.js').Screen,
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

// Our pages install no worker, but an older display at this address may have left one. Below a path
// the host has other programs as well: their workers stay, and so do its caches, whose names do not
// say whose they are.
function clearCaches() {
  const workers = navigator.serviceWorker?.getRegistrations?.() ?? Promise.resolve([]);
  Promise.allSettled([
    workers.then((all) => Promise.all(all.filter(({ scope }) => new URL(scope).pathname.startsWith(base))
      .map((worker) => worker.unregister()))),
    base === '/' && globalThis.caches?.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))),
  ]).then(reload);
  return null;
}
