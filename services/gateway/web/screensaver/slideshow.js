// The sequence of slides of the screensaver. The next slide is complete, with decoded images,
// before it fades in over the current one. A title whose images fail is skipped and the current
// slide stays. Where screens share a clock (device/sync.js), a slide is prepared ahead of the
// common instant and fades in at it.

import { Backoff } from '../shared/backoff.js';
import { pause, visible } from '../shared/pause.js';
import { loadImage, releaseImage, sizedUrl } from '../shared/images.js';
import { Slide } from './slide.js';

const fadeMs = 1800;
const slidesASide = 4;  // then card and clock change sides
const readyAheadMs = 4000;  // images are loaded and decoded this long before the common instant
const leastAheadMs = 1000;  // a nearer instant is skipped

export class Slideshow {
  /** @param {HTMLElement} stage @param {{onSide?: (mirrored: boolean) => void}} [options] onSide: the card changes sides */
  constructor(stage, { onSide = () => {} } = {}) {
    this.stage = stage;
    this.onSide = onSide;
    this.items = [];
    this.position = -1;
    this.slide = null;
    this.item = null;
    this.paused = false;
    this.settings = { intervalSeconds: 15, effect: 'kenburns', contentScale: 1 };
    this.backoff = new Backoff();
    this.count = 0;
    this.hurry = new AbortController();
    this.direction = 1;
  }

  configure(settings) {
    Object.assign(this.settings, settings);
  }

  /** A new list; the current title stays until the next change. */
  setItems(items) {
    const first = this.items.length === 0;
    this.items = items;
    this.position = Math.max(-1, items.findIndex((item) => item.posterUrl === this.item?.posterUrl));
    if (first) this.run();
  }

  /** Moves forward (1) or back (-1) now, even while paused. */
  step(direction) {
    this.direction = direction;
    this.forced = true;
    this.hurry.abort();
  }

  /** Runs for the life of the page. */
  async run() {
    let due = null;
    for (;;) {
      await visible();
      if (due && due.at < Date.now()) due = null;
      const { direction } = this;
      this.direction = 1;
      const shown = await this.advance(direction, due);
      if (shown) this.backoff.reset();
      this.hurry = new AbortController();
      const interval = this.settings.intervalSeconds * 1000;
      due = this.sync?.next(interval, leastAheadMs) ?? null;
      const wait = due ? due.at - Date.now() - Math.min(readyAheadMs, interval / 2) : interval;
      await pause(shown || this.slide ? wait : Math.min(wait, this.backoff.next()), this.hurry.signal);
      while (this.paused && !this.forced) {
        this.hurry = new AbortController();
        await pause(1000, this.hurry.signal);
        due = null;
      }
      if (this.forced) due = null;
      this.forced = false;
    }
  }

  /**
   * Shows the next title that can be shown, at the instant `due` if given. False if no title of a
   * whole round could be shown.
   */
  async advance(direction, due) {
    const { length } = this.items;
    for (let tried = 0; tried < Math.min(length, 12); tried += 1) {
      this.position = (this.position + direction + length) % length;
      const item = this.items[this.position];
      try {
        await this.show(item, due);
        return true;
      } catch {
        this.stage.dataset.failures = String(Number(this.stage.dataset.failures ?? 0) + 1);
      }
    }
    return false;
  }

  async show(item, due) {
    const dpr = devicePixelRatio || 1;
    const wide = { width: innerWidth, ratio: innerHeight / innerWidth, dpr };
    const small = Math.min(innerWidth, innerHeight);
    // The width in screensaver.css, which is larger in front of a blurred background.
    const share = hasBackground(item) ? 0.26 : innerHeight > innerWidth ? 0.66 : 0.44;
    const card = { width: small * share * this.settings.contentScale, ratio: 1.5, dpr };
    // A small image is enough for a blurred poster.
    const backdrop = hasBackground(item) ? this.load(item.backgroundUrl, wide).catch(() => null) : Promise.resolve(null);
    const [poster, background, logo] = await Promise.all([
      this.load(item.posterUrl, card, item.title).catch(() => null), backdrop,
      this.settings.showLogo && item.clearLogoUrl
        ? this.load(item.clearLogoUrl, { width: small * 0.46, ratio: 0.4, dpr, fit: 'inside' }, item.title).catch(() => null) : null]);
    const blurred = background ? null : await this.load(item.posterUrl, { width: 200, ratio: 1.5, dpr: 1 }).catch((error) => {
      for (const image of [poster, logo]) if (image) releaseImage(image);
      throw error;
    });
    const slide = new Slide(item, { poster, backdrop: background ?? blurred, blurred: !background, logo }, this.settings);
    if (due) {
      await pause(due.at - Date.now(), this.hurry.signal);
      if (!this.hurry.signal.aborted) this.sync.report(due.nextAt);
    }
    this.count += 1;
    const mirrored = Math.floor((this.count - 1) / slidesASide) % 2 === 1;
    this.onSide(mirrored);
    const old = this.slide;
    this.slide = slide;
    this.item = item;
    this.stage.dataset.key = String(item.id ?? item.key ?? item.title);
    this.stage.dataset.changes = String(this.count);
    await slide.enter(this.stage, { mirrored, fadeMs: old ? fadeMs : 600, driftMs: this.settings.intervalSeconds * 1000 + 2 * fadeMs, below: old });
    old?.remove();
  }

  load(url, box, alt = '') {
    return loadImage(sizedUrl(url, box, location.href), alt);
  }
}

/** Sources without backgrounds repeat the poster's URL there: enlarged to the screen, most of it would be cropped. */
function hasBackground({ posterUrl, thumbnailUrl, backgroundUrl }) {
  return Boolean(backgroundUrl) && ![posterUrl, thumbnailUrl].some((url) => url && sameImage(url, backgroundUrl));
}

/** Whether two URLs are of the same image, ignoring size, format and signature. */
export function sameImage(a, b) {
  const [one, other] = [a, b].map((url) => new URL(url, 'http://here'));
  const same = (name) => one.searchParams.get(name) === other.searchParams.get(name);
  return a === b || (one.pathname === other.pathname && one.host === other.host && one.searchParams.has('path') &&
    ['server', 'path', 'url'].every(same));
}
