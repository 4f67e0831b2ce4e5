// Keeps the playlist and the settings of a page up to date: polls at start until there is a
// playlist, then every few minutes, more often while the server is unavailable. A response that is
// empty, late or invalid never replaces a non-empty playlist. Until something was shown, the page
// says what it waits for, and after half a minute which source fails.

import { Backoff } from './backoff.js';
import { pause, visible } from './pause.js';
import { getConfig, getLibrary, getSources } from './server.js';

const refreshMs = 180_000;      // new titles appear within three minutes
const emptyMs = 5_000;  // a user may just be configuring a folder
const silentMs = 700;  // no notice is shown if the library loads faster than this
const nameSourcesMs = 30_000;  // slow sources have answered by then
const oldConfigMs = 1_000;  // /get-config is requested again this long after a push arrived during a request

export class Library {
  /**
   * @param {{count: number, kind: () => string, deviceId: () => (string|undefined),
   *   onItems: (items: object[]) => void, onConfig: (config: object) => void,
   *   onWaiting: (why: 'building'|'empty'|'away'|'failing', sources: object[]) => void,
   *   now?: () => number}} options
   *   kind: see getLibrary; onItems only with a non-empty list; onWaiting only while there never was
   *   one, `sources` are those that fail; now: a clock in ms
   */
  constructor(options) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
    this.startedAt = this.now();
    this.items = [];
    this.etag = null;
    this.why = null;  // why the page waits
    this.sources = [];
    this.backoff = new Backoff();
    this.wake = new AbortController();
  }

  /** Runs for the life of the page. */
  async run() {
    setTimeout(() => this.waiting(this.why ?? 'building'), silentMs);
    setTimeout(() => this.waiting(this.why ?? 'building'), nameSourcesMs);
    for (;;) {
      await visible();
      const deviceId = this.options.deviceId();
      this.crossed = false;
      // Settings first: they determine which kind of library this screen shows.
      const config = await getConfig(deviceId);
      if (config && !this.crossed) this.options.onConfig(config);
      const kind = this.options.kind();
      this.wake = new AbortController();
      const { signal } = this.wake;
      const answer = await getLibrary({ count: this.options.count, kind, deviceId });
      if (kind !== this.options.kind()) continue;  // changed by a push during the request
      if (this.items.length === 0 && !(answer.items?.length > 0)) this.sources = await getSources();
      const wait = this.take(answer);
      await pause(this.crossed ? Math.min(wait, oldConfigMs) : wait, signal);
    }
  }

  /** Polls again immediately. */
  refresh() {
    this.wake.abort();
  }

  /** The server has pushed settings: a /get-config response in transit may be older. */
  configIsOld() {
    this.crossed = true;
  }

  /** @returns {number} ms until the next poll */
  take(answer) {
    document.body.dataset.server = answer.state;
    if (answer.state === 'ready') {
      this.backoff.reset();
      if (answer.items.length > 0) {
        const changed = answer.etag === '' || answer.etag !== this.etag;
        this.items = answer.items;
        this.etag = answer.etag;
        if (changed) this.options.onItems(this.items);
        return refreshMs;
      }
      this.waiting('empty');
      return this.items.length > 0 ? refreshMs : emptyMs;
    }
    if (answer.state === 'building') {
      this.waiting('building');
      return answer.retryMs;
    }
    this.waiting('away');
    return Math.max(this.backoff.next(), answer.retryMs ?? 0);
  }

  waiting(why) {
    if (this.items.length > 0) return;
    this.why = why;
    const failing = this.sources.filter(({ state }) => state === 'failed');
    const unsettled = this.sources.some(({ state }) => state === 'failed' || state === 'pending');
    if (why === 'away') this.options.onWaiting('away', []);
    else if (failing.length > 0 && this.now() - this.startedAt >= nameSourcesMs) this.options.onWaiting('failing', failing);
    else this.options.onWaiting(unsettled ? 'building' : why, []);
  }
}
