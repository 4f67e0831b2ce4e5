// Keeps the playlist and the settings fresh for a page: asks at start until there is something, then
// every few minutes, more often while the server is away. What was there stays there: an answer that
// is empty, late or broken never replaces a library that has something. While nothing was ever shown
// the page says what it waits for, and after half a minute which source fails.

import { Backoff } from './backoff.js';
import { pause, visible } from './pause.js';
import { getConfig, getLibrary, getSources } from './server.js';

const refreshMs = 180_000;      // new titles appear within three minutes
const emptyMs = 5_000;          // somebody is just pointing the server at a folder
const silentMs = 700;           // a library that is there in less is shown without a word before
const nameSourcesMs = 30_000;   // a source that is only slow has answered by then
const oldConfigMs = 1_000;      // /get-config is asked again this long after a push crossed its answer

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
    this.why = null;     // what the page waits for
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
      // The settings first: they say what kind of library this screen shows.
      const config = await getConfig(deviceId);
      if (config && !this.crossed) this.options.onConfig(config);
      const kind = this.options.kind();
      this.wake = new AbortController();
      const { signal } = this.wake;
      const answer = await getLibrary({ count: this.options.count, kind, deviceId });
      if (kind !== this.options.kind()) continue;  // changed by a push meanwhile
      if (this.items.length === 0 && !(answer.items?.length > 0)) this.sources = await getSources();
      const wait = this.take(answer);
      await pause(this.crossed ? Math.min(wait, oldConfigMs) : wait, signal);
    }
  }

  /** Asks again now. */
  refresh() {
    this.wake.abort();
  }

  /** The server has pushed settings: an answer of /get-config that is on its way may be older. */
  configIsOld() {
    this.crossed = true;
  }

  /** @returns {number} ms until the next question */
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
