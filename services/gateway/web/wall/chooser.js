// Selects the next poster of a tile. Knows ids and positions only; uses neither the DOM nor a
// clock.

import { identity } from '../shared/server.js';

const touching = 1.5;  // distance in cells between the centres of adjacent tiles, diagonals included
const firstBanMs = 5_000;  // a failed image is not retried for this long, doubled after each failure …
const longestBanMs = 600_000;  // … up to this maximum

export class Chooser {
  /** @param {{random?: () => number, now?: () => number}} [options] now in ms */
  constructor({ random = Math.random, now = Date.now } = {}) {
    this.random = random;
    this.now = now;
    this.items = [];
    this.shownAt = new Map();  // identity → counter value when it was last shown
    this.badUntil = new Map();  // identity → time before which its image is not retried
    this.badCount = new Map();
    this.turn = 0;
  }

  /** Sets a new library. The state of titles that remain is kept. */
  setItems(items) {
    this.items = items;
    const ids = new Set(items.map(identity));
    for (const map of [this.shownAt, this.badUntil, this.badCount]) {
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
    }
  }

  shown(item) {
    this.turn += 1;
    this.shownAt.set(identity(item), this.turn);
    this.badUntil.delete(identity(item));
    this.badCount.delete(identity(item));
  }

  /** Its image failed: do not retry for a while. `retryMs`: the server's Retry-After, if any. */
  failed(item, retryMs = 0) {
    const count = (this.badCount.get(identity(item)) ?? 0) + 1;
    this.badCount.set(identity(item), count);
    const wait = Math.max(retryMs, Math.min(firstBanMs * 2 ** (count - 1), longestBanMs));
    this.badUntil.set(identity(item), this.now() + wait);
  }

  /**
   * The poster for the tile at `place`: one that is not on the wall, preferably the one not shown
   * for longest (with some randomness). If the library is too small for that, the one with the
   * fewest and most distant copies. Null if no poster is better than the current one.
   * @param {{x: number, y: number}} place
   * @param {{id: string, x: number, y: number}[]} others the posters visible on the other tiles
   * @param {string|undefined} current the poster of this tile
   */
  pick(place, others, current) {
    const now = this.now();
    const usable = this.items.filter((item) =>
      identity(item) !== current && !(this.badUntil.get(identity(item)) > now));
    const copies = new Map();
    for (const other of others) {
      const distance = Math.hypot(other.x - place.x, other.y - place.y);
      const known = copies.get(other.id) ?? { count: 0, nearest: Infinity };
      copies.set(other.id, { count: known.count + 1, nearest: Math.min(known.nearest, distance) });
    }
    const spare = usable.filter((item) => !copies.has(identity(item)));
    if (spare.length > 0) return this.longestUnseen(spare);
    // There are enough titles, but some images fail at the moment. Show no copy: it would remain on the
    // wall after the images work again.
    const tiles = 1 + new Set(others.map(({ x, y }) => `${x} ${y}`)).size;
    if (this.items.length >= tiles) return null;
    // Every title is on the wall. The only copy of a title is not replaced by a copy of another.
    if (current !== undefined && !copies.has(current)) return null;
    const rank = (item) => {
      const { count, nearest } = copies.get(identity(item));
      return { touching: nearest < touching ? 1 : 0, count, nearest };
    };
    const better = (a, b) => a.touching - b.touching || a.count - b.count || b.nearest - a.nearest;
    return usable.sort((a, b) => better(rank(a), rank(b)))[0] ?? null;
  }

  longestUnseen(items) {
    const seen = (item) => this.shownAt.get(identity(item)) ?? 0;
    const sorted = [...items].sort((a, b) => seen(a) - seen(b));
    // Random within the oldest third, so that walls that started together show different posters.
    return sorted[Math.floor(this.random() * Math.max(1, Math.ceil(sorted.length / 3)))];
  }
}
