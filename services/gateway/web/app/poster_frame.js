// The poster in its frame, with its light on the wall behind it. The next one is decoded before it
// fades in; one that fails is passed over, and what hangs stays.

import { play } from './animation.js';
import { Backoff } from './backoff.js';
import { footerOf } from './billing.js';
import { pause, visible } from './pause.js';
import { loadPicture, releasePicture, sizedUrl } from './pictures.js';

const fadeMs = 1400;
const tickMs = 200;
const guestAgainMs = 15_000;
const lightWidth = 160;  // of a blurred poster a small one is enough

export class Foyer {
  /** @param {{frame: HTMLElement, header: HTMLElement, footer: HTMLElement}} elements */
  constructor({ frame, header, footer }) {
    Object.assign(this, { frame, header, footer });
    this.items = [];
    this.position = -1;
    this.item = null;
    this.guest = null;  // what plays just now, instead of the programme
    this.sheet = null;
    this.paused = false;
    this.settings = { intervalSeconds: Infinity, header: {}, footer: {}, ambilight: 0,
      nowPlaying: { enabled: false, fallback: true } };
    this.backoff = new Backoff();
    this.hurry = new AbortController();
    this.direction = 1;
    this.count = 0;
  }

  configure(settings) {
    this.settings = settings;
    this.caption();
    this.frame.style.setProperty('--light', String(settings.ambilight));
  }

  /** A new programme goes on behind what hangs. */
  setItems(items) {
    const first = this.items.length === 0;
    this.items = items;
    this.position = Math.max(-1, items.findIndex((item) => item.posterUrl === this.item?.posterUrl));
    if (first) this.run();
  }

  /** Shows what plays on the media server now; null: back to the programme. */
  interrupt(guest) {
    if (guest?.id === this.guest?.id) return;
    this.guest = guest;
    this.hurry.abort();
  }

  step(direction) {
    this.direction = direction;
    this.stepped = true;
    this.hurry.abort();
  }

  /** Runs for the life of the page. */
  async run() {
    for (;;) {
      await visible();
      const { direction, stepped } = this;
      this.direction = 1;
      this.stepped = false;
      const shown = await this.advance(direction, stepped);
      if (shown) this.backoff.reset();
      this.hurry = new AbortController();
      await this.rest(shown);
    }
  }

  /** Until the next poster is due: pause, a new rhythm and a step from outside are heeded meanwhile. */
  async rest(shown) {
    const { signal } = this.hurry;
    if (!shown && !this.sheet) {
      await pause(this.backoff.next(), signal);
      return;
    }
    const hungAt = performance.now();
    let triedAt = hungAt;
    const due = () => !this.paused && !this.waitsForGuest && performance.now() - hungAt >= this.settings.intervalSeconds * 1000;
    while (!signal.aborted && !due()) {
      await pause(tickMs, signal);
      // What plays just now does not wait for the next turn when its picture failed.
      if (this.guest && this.item !== this.guest && performance.now() - triedAt >= guestAgainMs) {
        await this.hang(this.guest);
        triedAt = performance.now();
      }
    }
  }

  /** Nothing plays, and the settings want what hung last instead of the programme. */
  get waitsForGuest() {
    return !this.guest && this.sheet !== null && this.settings.nowPlaying.enabled && !this.settings.nowPlaying.fallback;
  }

  async advance(direction, stepped) {
    if (this.guest && await this.hang(this.guest)) return true;
    if (this.waitsForGuest && !stepped) return true;
    const { length } = this.items;
    for (let tried = 0; tried < Math.min(length, 12); tried += 1) {
      this.position = (this.position + direction + length) % length;
      if (await this.hang(this.items[this.position])) return true;
    }
    return false;
  }

  /** True when the item hangs now. */
  async hang(item) {
    if (item === this.item) return true;
    const dpr = devicePixelRatio || 1;
    const width = Math.max(this.frame.clientWidth, 1);
    const load = (box) => loadPicture(sizedUrl(item.posterUrl, box, location.href), item.title ?? '');
    const [poster, light] = await Promise.allSettled([
      load({ width: Math.min(width, this.frame.clientHeight / 1.5), ratio: 1.5, dpr }),
      load({ width: lightWidth, ratio: 1.5, dpr: 1 })]);
    if (poster.status === 'rejected' || light.status === 'rejected') {
      for (const picture of [poster, light]) if (picture.value) releasePicture(picture.value);
      this.frame.dataset.failures = String(Number(this.frame.dataset.failures ?? 0) + 1);
      return false;
    }
    this.item = item;
    this.caption();
    this.count += 1;
    this.frame.dataset.key = String(item.id ?? item.key ?? item.title);
    this.frame.dataset.changes = String(this.count);
    await this.reveal(light.value, poster.value);
    return true;
  }

  /** Resolves when nothing of the old sheet is seen any more. */
  async reveal(light, poster) {
    const old = this.sheet;
    light.className = 'light';
    light.alt = '';
    poster.className = 'poster';
    const element = document.createElement('article');
    element.className = 'sheet';
    element.append(light, poster);
    this.frame.append(element);
    this.sheet = { element, pictures: [light, poster] };
    await play(element, [{ opacity: 0 }, { opacity: 1 }],
      { duration: old ? fadeMs : 600, easing: 'ease-in-out', fill: 'backwards' });
    old?.pictures.forEach(releasePicture);
    old?.element.remove();
  }

  caption() {
    const { header, footer } = this.settings;
    this.header.hidden = !header.shown;
    this.header.dataset.look = header.style;
    this.header.textContent = header.text;
    const pieces = footerOf(this.item, footer);
    const words = pieces.length === 0 ? [footer.text] : pieces;
    this.footer.hidden = !footer.shown;
    this.footer.dataset.kind = pieces.length === 0 ? 'marquee' : footer.type;
    this.footer.dataset.look = footer.style;
    this.footer.replaceChildren(...words.map((word) => {
      const span = document.createElement('span');
      span.textContent = word;
      return span;
    }));
  }
}
