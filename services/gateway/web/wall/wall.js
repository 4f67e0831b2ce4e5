// The poster wall: lays out tiles, fills them, and changes one after another at irregular
// intervals. A poster is on the wall twice only if the library has too few.

import { pause, visible } from '../shared/pause.js';
import { loadImage, releaseImage, sizedUrl, widthBucket } from '../shared/images.js';
import { identity } from '../shared/server.js';
import { Chooser } from './chooser.js';
import { planGrid } from './grid.js';
import { waitMs } from './tempo.js';
import { Tile } from './tile.js';

const posterRatio = 1.5;  // height by width
const albumRatio = 1;
const loadsAtOnce = 6;       // while the wall fills; afterwards one at a time
const longestSleepMs = 500;  // a changed tempo takes effect this soon
const restingShare = 0.7;  // share of tiles that do not change at any time
const settleMs = 250;  // while a window is being resized, the layout waits this long

export class Wall {
  /** @param {HTMLElement} element @param {{onChange?: (item: object) => void}} [options] */
  constructor(element, { onChange = () => {} } = {}) {
    this.element = element;
    this.onChange = onChange;
    this.chooser = new Chooser();
    this.tiles = [];
    this.settings = { tempo: { staysSeconds: 30, randomness: 3 }, density: 'medium', hero: true, heroSide: 'left',
      captions: false };
    this.paused = false;
    this.plan = null;
    addEventListener('resize', () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.layOut(), settleMs);
    });
  }

  /** @param {Partial<Wall['settings']>} settings */
  configure(settings) {
    const before = JSON.stringify(this.settings);
    Object.assign(this.settings, settings);
    if (this.chooser.items.length > 0 && before !== JSON.stringify(this.settings)) this.layOut();
  }

  setItems(items) {
    const first = this.chooser.items.length === 0;
    this.chooser.setItems(items);
    this.layOut();
    if (first) this.run();
    // Another kind of library, for example games instead of films, is shown at once.
    const ids = new Set(items.map(identity));
    const shown = this.tiles.filter(({ item }) => item);
    if (!first && shown.length > 0 && !shown.some(({ item }) => ids.has(identity(item)))) this.changeAll();
  }

  /** Albums are square. */
  get ratio() {
    const { items } = this.chooser;
    return items.length > 0 && items.every(({ type }) => type === 'music') ? albumRatio : posterRatio;
  }

  /** Fits the grid to screen, settings and library; tiles that stay keep their posters. */
  layOut() {
    const { density, hero, heroSide } = this.settings;
    const plan = planGrid({ width: innerWidth, height: innerHeight, density, hero, heroSide, ratio: this.ratio,
      titles: this.chooser.items.length });
    if (JSON.stringify(plan) !== JSON.stringify(this.plan)) {
      this.plan = plan;
      this.element.style.setProperty('--columns', plan.columns);
      this.element.style.setProperty('--rows', plan.rows);
      while (this.tiles.length > plan.tiles.length) this.tiles.pop().remove();
      while (this.tiles.length < plan.tiles.length) this.tiles.push(new Tile(this.element, this.tiles.length));
      this.tiles.forEach((tile, index) => tile.move(plan.tiles[index]));
      this.element.dataset.tiles = String(this.tiles.length);
    }
    this.fill();
  }

  /** Loads a poster for every empty tile, and a larger image for every tile that has grown. */
  fill() {
    this.filling ??= this.fillAll().finally(() => {
      this.filling = null;
      this.element.dataset.filled = String(this.tiles.every((tile) => tile.item));
    });
    return this.filling;
  }

  async fillAll() {
    // All posters are chosen before any is loaded, so that each tile shows a placeholder at once.
    const chosen = [];
    const chooseAll = () => {
      for (const tile of this.tiles) {
        if (tile.coming || tile.item || tile.gaveUp) continue;
        const item = this.choose(tile);
        // If no poster is available now, this tile gets one at a later change.
        if (!item) tile.gaveUp = true;
        else {
          tile.expect(item);
          chosen.push(tile);
        }
      }
    };
    const worker = async () => {
      for (;;) {
        chooseAll();
        const tile = chosen.shift();
        if (!tile) return;
        await this.put(tile, tile.coming);
      }
    };
    await Promise.all(Array.from({ length: loadsAtOnce }, worker));
    for (const tile of this.tiles) {
      tile.gaveUp = false;
      if (tile.item && !tile.coming && this.bucketOf(tile) > tile.bucket) await this.put(tile, tile.item);
    }
  }

  /** Runs for the life of the page. */
  async run() {
    for (;;) {
      await visible();
      await this.beat();
      if (!this.paused && !document.hidden) await this.changeOne();
    }
  }

  /** Waits until the next change is due; a new tempo takes effect while waiting. */
  async beat() {
    const chance = Math.random();
    const begin = performance.now();
    for (;;) {
      const left = begin + waitMs(this.settings.tempo, this.tiles.length, chance) - performance.now();
      if (left <= 0) return;
      await pause(Math.min(left, longestSleepMs));
    }
  }

  /** Changes one of the tiles that have waited longest. */
  async changeOne() {
    if (this.filling) return;
    if (this.tiles.some((tile) => !tile.item)) {
      await this.fill();
      return;
    }
    const resting = this.tiles.filter((t) => !t.coming && !t.leaving);
    // A slow screen that has not finished its fades gets no further ones.
    if (resting.length < this.tiles.length * restingShare) return;
    const oldest = resting.sort((a, b) => a.changedAt - b.changedAt);
    const some = oldest.slice(0, Math.max(1, Math.ceil(oldest.length / 4)));
    const tile = some[Math.floor(Math.random() * some.length)];
    const item = this.choose(tile);
    if (item) await this.put(tile, item);
    else await this.exchange(tile, oldest);
  }

  /** If all titles are on the wall: swaps two tiles. */
  async exchange(tile, candidates) {
    const other = candidates.find((t) => t !== tile && identity(t.item) !== identity(tile.item));
    if (!other) return;
    const [mine, theirs] = [tile.item, other.item];
    [tile.coming, other.coming] = [theirs, mine];
    const images = await Promise.allSettled([this.load(tile, theirs), this.load(other, mine)]);
    [tile.coming, other.coming] = [null, null];
    if (images.some((p) => p.status === 'rejected')) {
      images.forEach((p) => p.value && releaseImage(p.value.image));
      return;
    }
    this.reveal(tile, theirs, images[0].value);
    this.reveal(other, mine, images[1].value);
  }

  /** Every poster changes, in a wave from the left: playback.next and playback.prev. */
  async changeAll() {
    const wave = [...this.tiles].sort((a, b) => a.centre.x - b.centre.x || a.centre.y - b.centre.y);
    for (const tile of wave) {
      const item = tile.coming || tile.leaving ? null : this.choose(tile);
      if (item) await this.put(tile, item);
    }
  }

  choose(tile) {
    const others = this.tiles.filter((t) => t !== tile)
      .flatMap((t) => t.ids.map((id) => ({ id, ...t.centre })));
    return this.chooser.pick(tile.centre, others, tile.item ? identity(tile.item) : undefined);
  }

  /** Loads and shows an image; if it fails, the tile is unchanged. */
  async put(tile, item) {
    tile.coming = item;
    try {
      this.reveal(tile, item, await this.load(tile, item));
    } catch {
      // load() has recorded the failure; the next change selects another poster.
    } finally {
      tile.coming = null;
    }
  }

  reveal(tile, item, { image, bucket }) {
    if (!this.tiles.includes(tile)) {  // the layout changed meanwhile
      releaseImage(image);
      return;
    }
    const fresh = tile.item !== item;
    tile.show(item, image, bucket, this.settings.captions);
    this.element.dataset.changes = String(Number(this.element.dataset.changes ?? 0) + 1);
    if (fresh) {
      this.chooser.shown(item);
      this.onChange(item);
    }
  }

  async load(tile, item) {
    const bucket = this.bucketOf(tile);
    const url = sizedUrl(item.posterUrl, { ...this.box(tile), ratio: this.ratio }, location.href);
    try {
      const image = await loadImage(url, item.title ?? '');
      return { image, bucket };
    } catch (error) {
      this.chooser.failed(item, error.retryMs);
      this.element.dataset.failures = String(Number(this.element.dataset.failures ?? 0) + 1);
      throw error;
    }
  }

  /** The width a poster needs to cover the tile, in CSS pixels. */
  box(tile) {
    const { clientWidth, clientHeight } = tile.element;
    return { width: Math.max(clientWidth, clientHeight / this.ratio), dpr: devicePixelRatio || 1 };
  }

  bucketOf(tile) {
    const { width, dpr } = this.box(tile);
    return widthBucket(width * Math.min(dpr, 3));
  }
}
