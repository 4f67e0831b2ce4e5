// The poster in its frame, with a blurred copy as light around it. The next poster is decoded
// before it fades in; one whose image fails is skipped and the current one stays.

import { play } from '../shared/animation.js';
import { Backoff } from '../shared/backoff.js';
import { pause, visible } from '../shared/pause.js';
import { loadImage, releaseImage, sizedUrl } from '../shared/images.js';
import { footerOf } from './cinema_texts.js';

const fadeMs = 1400;
const tickMs = 200;
const playingRetryMs = 15_000;
const lightWidth = 160;  // a small image is enough for a blurred poster

export class PosterFrame {
  /** @param {{frame: HTMLElement, header: HTMLElement, footer: HTMLElement}} elements */
  constructor({ frame, header, footer }) {
    Object.assign(this, { frame, header, footer });
    this.items = [];
    this.position = -1;
    this.item = null;
    this.playing = null;  // the title playing now, shown instead of the playlist
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

  /** A new playlist; the current poster stays until the next change. */
  setItems(items) {
    const first = this.items.length === 0;
    this.items = items;
    this.position = Math.max(-1, items.findIndex((item) => item.posterUrl === this.item?.posterUrl));
    if (first) this.run();
  }

  /** Shows the title playing on the media server; null: return to the playlist. */
  interrupt(playing) {
    if (playing?.id === this.playing?.id) return;
    this.playing = playing;
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

  /** Waits until the next poster is due; pause, a new interval and step() take effect while waiting. */
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
      // If the image of the title playing now failed, retry before the next change.
      if (this.playing && this.item !== this.playing && performance.now() - triedAt >= playingRetryMs) {
        await this.show(this.playing);
        triedAt = performance.now();
      }
    }
  }

  /** True if nothing plays and the settings keep the last title instead of the playlist. */
  get waitsForGuest() {
    return !this.playing && this.sheet !== null && this.settings.nowPlaying.enabled && !this.settings.nowPlaying.fallback;
  }

  async advance(direction, stepped) {
    if (this.playing && await this.show(this.playing)) return true;
    if (this.waitsForGuest && !stepped) return true;
    const { length } = this.items;
    for (let tried = 0; tried < Math.min(length, 12); tried += 1) {
      this.position = (this.position + direction + length) % length;
      if (await this.show(this.items[this.position])) return true;
    }
    return false;
  }

  /** Shows the item; true if it is shown now. */
  async show(item) {
    if (item === this.item) return true;
    const dpr = devicePixelRatio || 1;
    const width = Math.max(this.frame.clientWidth, 1);
    const load = (box) => loadImage(sizedUrl(item.posterUrl, box, location.href), item.title ?? '');
    const [poster, light] = await Promise.allSettled([
      load({ width: Math.min(width, this.frame.clientHeight / 1.5), ratio: 1.5, dpr }),
      load({ width: lightWidth, ratio: 1.5, dpr: 1 })]);
    if (poster.status === 'rejected' || light.status === 'rejected') {
      for (const image of [poster, light]) if (image.value) releaseImage(image.value);
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

  /** Resolves when the old poster is no longer visible. */
  async reveal(light, poster) {
    const old = this.sheet;
    light.className = 'light';
    light.alt = '';
    poster.className = 'poster';
    const element = document.createElement('article');
    element.className = 'sheet';
    element.append(light, poster);
    this.frame.append(element);
    this.sheet = { element, images: [light, poster] };
    await play(element, [{ opacity: 0 }, { opacity: 1 }],
      { duration: old ? fadeMs : 600, easing: 'ease-in-out', fill: 'backwards' });
    old?.images.forEach(releaseImage);
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
