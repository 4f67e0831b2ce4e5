// One tile of the wall: shows a poster and crossfades to the next. An image appears only when it is
// decoded, and the old one stays below until the new one covers it, so a tile is never dark again.

import { play } from '../shared/animation.js';
import { releaseImage } from '../shared/images.js';
import { paintPlaceholder } from '../shared/placeholder.js';
import { identity } from '../shared/server.js';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
const speakMs = 7000;  // how long a hero tile shows its title after a change

export class Tile {
  /** @param {HTMLElement} wall @param {number} index */
  constructor(wall, index) {
    this.element = document.createElement('div');
    this.element.className = 'tile';
    this.element.dataset.tile = String(index);
    this.caption = document.createElement('div');
    this.caption.className = 'caption';
    this.element.append(this.caption);
    wall.append(this.element);
    this.item = null;  // the item shown
    this.coming = null;  // the item being loaded: the tile is busy
    this.leaving = null;  // the item fading out below
    this.image = null;
    this.placeholder = null;
    this.bucket = 0;  // image width in pixels that was requested
    this.changedAt = 0;
    this.changes = 0;
  }

  /** @param {{column: number, row: number, span: number}} place */
  move(place) {
    this.place = place;
    const { style } = this.element;
    style.gridColumn = `${place.column} / span ${place.span}`;
    style.gridRow = `${place.row} / span ${place.span}`;
    this.element.classList.toggle('hero', place.span > 1);
  }

  /** The centre of the tile in cells. */
  get centre() {
    return { x: this.place.column + this.place.span / 2, y: this.place.row + this.place.span / 2 };
  }

  /** Identities of all posters visible here now or soon: during a change there are two. */
  get ids() {
    return [this.leaving, this.item, this.coming].filter(Boolean).map(identity);
  }

  /** Reserves the tile for a poster that is loading; an empty tile shows its placeholder. */
  expect(item) {
    this.coming = item;
    if (this.image) return;
    this.placeholder?.remove();
    this.placeholder = paintPlaceholder(item);
    if (this.placeholder) this.element.prepend(this.placeholder);
  }

  /** Crossfades to a decoded image; `captions`: a hero tile shows its title. Resolves when the old image is removed. */
  async show(item, image, bucket, captions) {
    const old = this.image;
    if (this.item !== item) this.leaving = this.item;
    this.item = item;
    this.image = image;
    this.bucket = bucket;
    this.changedAt = performance.now();
    this.changes += 1;
    this.element.dataset.key = identity(item);
    this.element.dataset.changes = String(this.changes);
    this.element.insertBefore(image, this.caption);
    const hero = this.place.span > 1;
    const calm = reducedMotion.matches;
    const fade = play(image, [{ opacity: 0 }, { opacity: 1 }],
      { duration: calm ? 400 : hero ? 2200 : 1400, easing: 'cubic-bezier(0.4, 0, 0.3, 1)', fill: 'backwards' });
    if (!calm) {
      // Moves slightly while it appears; hero tiles keep moving.
      image.animate(hero
        ? [{ transform: 'scale(1.002)' }, { transform: 'scale(1.07)' }]
        : [{ transform: 'scale(1.045)' }, { transform: 'scale(1)' }],
      hero ? { duration: 60_000, easing: 'linear', fill: 'forwards' }
        : { duration: 2600, easing: 'cubic-bezier(0.2, 0, 0.1, 1)', fill: 'backwards' });
    }
    this.speak(hero && captions);
    await fade;
    if (old) releaseImage(old);
    this.placeholder?.remove();
    this.placeholder = null;
    if (this.image === image) this.leaving = null;
  }

  speak(aloud) {
    clearTimeout(this.silence);
    this.element.classList.remove('speaking');
    if (!aloud) return;
    const title = document.createElement('b');
    title.textContent = this.item.title ?? '';
    const year = document.createElement('span');
    year.textContent = this.item.year ? String(this.item.year) : '';
    this.caption.replaceChildren(title, year);
    requestAnimationFrame(() => this.element.classList.add('speaking'));
    this.silence = setTimeout(() => this.element.classList.remove('speaking'), speakMs);
  }

  remove() {
    clearTimeout(this.silence);
    if (this.image) releaseImage(this.image);
    this.element.remove();
  }
}
