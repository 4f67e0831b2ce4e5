// What is being played on a media server now. The gateway selects the session by the settings of
// this screen; a page opened by a logged-in administrator receives all sessions and selects here.
// If the server does not respond (503, no connection) the screen does not change; if it does not
// allow it (401, 404) the current playback is no longer shown.

import { serverUrl } from '../shared/base.js';
import { within } from '../shared/pause.js';

const timeoutMs = 8000;
// Emby sessions are returned with Jellyfin's; Plex is preferred if both have sessions.
const paths = ['/api/plex/sessions', '/api/jellyfin/sessions'];

export class NowPlaying {
  /** @param {{onItem: (item: object|null) => void, deviceId: () => (string|undefined)}} options */
  constructor({ onItem, deviceId }) {
    this.onItem = onItem;
    this.deviceId = deviceId;
    this.settings = { enabled: false, user: '', random: false, everySeconds: 15 };
    this.timer = null;
  }

  configure(settings) {
    const before = JSON.stringify(this.settings);
    this.settings = settings;
    if (JSON.stringify(settings) === before) return;
    clearTimeout(this.timer);
    if (settings.enabled) this.ask();
    else this.onItem(null);
  }

  async ask() {
    clearTimeout(this.timer);
    const { settings } = this;
    const answers = await Promise.all(paths.map((path) => getSessions(path, this.deviceId())));
    if (this.settings !== settings) return;  // the settings changed during the request and were requested again
    // null: the current playback is unknown; the screen does not change.
    if (!answers.includes(null)) {
      this.session = choose([].concat(...answers), settings, this.session);
      this.onItem(posterOf(this.session));
    }
    this.timer = setTimeout(() => this.ask(), settings.everySeconds * 1000);
  }
}

/**
 * The first session of the user, or of any user; with `random` a random one, and the same again
 * while it lasts.
 */
export function choose(sessions, { user, random }, before = null, chance = Math.random) {
  const name = user.toLowerCase();
  const fitting = sessions.filter((session) => (session.thumb || session.posterUrl) &&
    (!name || String(session.username ?? '').trim().toLowerCase() === name));
  if (!random || fitting.length === 0) return fitting[0] ?? null;
  return fitting.find((session) => same(session, before)) ?? fitting[Math.floor(chance() * fitting.length)];
}

const same = (a, b) => b !== null && a.sessionKey === b.sessionKey && a.ratingKey === b.ratingKey;

/** An episode is shown by the poster of its series. */
export function posterOf(session) {
  if (!session) return null;
  const path = session.grandparentThumb ?? session.thumb;
  return {
    id: `playing-${session.ratingKey}`, title: session.grandparentTitle ?? session.title, year: session.year,
    // The URL from the gateway is signed if signing is enabled.
    posterUrl: session.posterUrl ??
      `/image?server=${encodeURIComponent(session.serverName ?? 'Plex Server')}&path=${encodeURIComponent(path)}`,
  };
}

/** @returns {Promise<object[]|null>} null: unknown at the moment */
async function getSessions(path, deviceId) {
  try {
    const response = await fetch(serverUrl(path), { cache: 'no-store', signal: within(timeoutMs),
      headers: deviceId ? { 'x-device-id': deviceId } : {} });
    if (response.status >= 500) return null;
    if (!response.ok) return [];
    const { sessions } = await response.json();
    return Array.isArray(sessions) ? sessions : [];
  } catch {
    return null;
  }
}
