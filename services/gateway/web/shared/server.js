// Reads settings, playlist and source states from the server. The browser caches the first two with
// their ETags and revalidates them (`cache: 'no-cache'` means "revalidate"), so an unchanged
// library costs a 304.

import { serverUrl } from './base.js';
import { within } from './pause.js';

const timeoutMs = 20_000;  // after a start the server may hold the first request for ten seconds

/** @typedef {{state: 'ready', items: object[], etag: string}
 *   | {state: 'building', retryMs: number} | {state: 'away', retryMs?: number}} Library */

/**
 * The playlist. Never throws.
 * @param {{count: number, kind?: string, deviceId?: string}} wish
 *   kind: `musicMode=1` or `gamesOnly=1`, which the server applies if the settings of this screen allow it
 * @returns {Promise<Library>}
 */
export async function getLibrary({ count, kind, deviceId }) {
  let response;
  try {
    response = await fetch(serverUrl(`/get-media?count=${count}${kind ? `&${kind}` : ''}`), {
      cache: 'no-cache', headers: headers(deviceId), signal: within(timeoutMs),
    });
    if (response.status === 202) {
      const body = await response.json();
      return { state: 'building', retryMs: Math.max(Number(body.retryIn) || 2000, 500) };
    }
    if (!response.ok) return { state: 'away', retryMs: retryAfter(response) };
    const body = await response.json();
    const items = Array.isArray(body) ? body : body.results;
    if (!Array.isArray(items)) return { state: 'away' };
    return { state: 'ready', items: withPosters(items), etag: response.headers.get('etag') ?? '' };
  } catch {
    return { state: 'away' };
  }
}

/** The settings of this screen, null if they cannot be loaded. Never throws. */
export async function getConfig(deviceId) {
  try {
    const response = await fetch(serverUrl('/get-config'), {
      cache: 'no-cache',
      headers: headers(deviceId),
      signal: within(timeoutMs),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * The sources and their states, for a page that has nothing to show. Never throws.
 * @returns {Promise<{name: string, state: string, message?: string}[]>} [] if unknown
 */
export async function getSources() {
  try {
    const response = await fetch(serverUrl('/health'), { cache: 'no-store', signal: within(timeoutMs) });
    const { sources } = await response.json();
    return Array.isArray(sources) ? sources : [];
  } catch {
    return [];
  }
}

function headers(deviceId) {
  return deviceId ? { accept: 'application/json', 'x-device-id': deviceId } : { accept: 'application/json' };
}

/** Retry-After in ms, undefined without one. */
export function retryAfter(response) {
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** The identity of a title: items with equal identity are never shown side by side. */
export function identity(item) {
  return String(item.id || item.key || item.title || item.posterUrl);
}

function withPosters(items) {
  const seen = new Set();
  return items.filter((item) => {
    if (!item?.posterUrl || seen.has(identity(item))) return false;
    seen.add(identity(item));
    return true;
  });
}
