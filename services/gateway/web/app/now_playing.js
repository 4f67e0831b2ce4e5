// What somebody watches on the media server right now. A server that does not tell (401 without a
// session, 404, 503) is asked again later and changes nothing on the screen.

import { serverUrl } from './base.js';
import { within } from './pause.js';

const timeoutMs = 8000;
const silentMs = 300_000;  // between questions to a server that does not tell

export class NowPlaying {
  /** @param {{onItem: (item: object|null) => void}} options */
  constructor({ onItem }) {
    this.onItem = onItem;
    this.settings = { enabled: false, user: '', everySeconds: 15 };
    this.timer = null;
  }

  configure(settings) {
    const begins = settings.enabled && !this.settings.enabled;
    if (!settings.enabled && this.settings.enabled) this.onItem(null);
    this.settings = settings;
    clearTimeout(this.timer);
    if (begins) this.ask();
    else if (settings.enabled) this.later(settings.everySeconds * 1000);
  }

  async ask() {
    const sessions = await getSessions();
    if (!this.settings.enabled) return;
    if (sessions) this.onItem(posterOf(choose(sessions, this.settings.user)));
    this.later(sessions ? this.settings.everySeconds * 1000 : silentMs);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), ms);
  }
}

/** The first session of the user, or of anybody. */
export function choose(sessions, user) {
  return sessions.find((session) => session.thumb && (!user || session.username === user)) ?? null;
}

/** An episode is shown by the poster of its series. */
export function posterOf(session) {
  if (!session) return null;
  const path = session.grandparentThumb ?? session.thumb;
  return {
    id: `playing-${session.ratingKey}`, title: session.grandparentTitle ?? session.title, year: session.year,
    posterUrl: `/image?server=${encodeURIComponent(session.serverName ?? 'Plex Server')}&path=${encodeURIComponent(path)}`,
  };
}

async function getSessions() {
  try {
    const response = await fetch(serverUrl('/api/plex/sessions'), { cache: 'no-store', signal: within(timeoutMs) });
    if (!response.ok) return null;
    const { sessions } = await response.json();
    return Array.isArray(sessions) ? sessions : null;
  } catch {
    return null;
  }
}
