// Keeps the playlist and the settings fresh for a page: asks at start until there is something, then
// every few minutes, more often while the server is away. What was there stays there: an answer that
// is empty, late or broken never replaces a library that has something.

import { Backoff } from './backoff.js';
import { pause, visible } from './pause.js';
import { getConfig, getLibrary } from './server.js';

const refreshMs = 180_000;      // new titles appear within three minutes
const emptyMs = 5_000;          // somebody is just pointing the server at a folder

export class Library {
  /**
   * @param {{count: number, deviceId: () => (string|undefined),
   *   onItems: (items: object[]) => void, onConfig: (config: object) => void,
   *   onWaiting: (why: 'building'|'empty'|'away') => void}} options
   *   onItems only with a non-empty list, onWaiting only while there never was one.
   */
  constructor(options) {
    this.options = options;
    this.items = [];
    this.etag = null;
    this.backoff = new Backoff();
    this.wake = new AbortController();
  }

  /** Runs for the life of the page. */
  async run() {
    for (;;) {
      await visible();
      const [config, answer] = await Promise.all([
        getConfig(this.options.deviceId()), getLibrary(this.options.count)]);
      if (config) this.options.onConfig(config);
      const wait = this.take(answer);
      this.wake = new AbortController();
      await pause(wait, this.wake.signal);
    }
  }

  /** Asks again now. */
  refresh() {
    this.wake.abort();
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
    if (this.items.length === 0) this.options.onWaiting(why);
  }
}
