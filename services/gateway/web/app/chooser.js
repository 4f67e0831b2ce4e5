// Which poster comes next, and where. Knows identities and places, no DOM and no clock of its own.

import { identity } from './server.js';

const touching = 1.5;             // cells between the middles of tiles that meet, corners included
const firstBanMs = 5_000;         // a picture that failed is left alone this long, then twice as long …
const longestBanMs = 600_000;     // … up to this

export class Chooser {
  /** @param {{random?: () => number, now?: () => number}} [options] now in ms */
  constructor({ random = Math.random, now = Date.now } = {}) {
    this.random = random;
    this.now = now;
    this.items = [];
    this.shownAt = new Map();   // identity → when it last came on, a counter
    this.badUntil = new Map();  // identity → until when its picture is not tried again
    this.badCount = new Map();
    this.turn = 0;
  }

  /** A new library. What is known about titles that stay is kept. */
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

  /** Its picture failed: not again for a while. `retryMs` is what the server asked for. */
  failed(item, retryMs = 0) {
    const count = (this.badCount.get(identity(item)) ?? 0) + 1;
    this.badCount.set(identity(item), count);
    const wait = Math.max(retryMs, Math.min(firstBanMs * 2 ** (count - 1), longestBanMs));
    this.badUntil.set(identity(item), this.now() + wait);
  }

  /**
   * The poster for the tile at `place`: one that is nowhere on the wall, the longest unseen of them
   * (with a little chance); when the library is too small for that, the one whose copies are
   * fewest and farthest. Null when nothing would be better than what is there.
   * @param {{x: number, y: number}} place
   * @param {{id: string, x: number, y: number}[]} others what can be seen on the other tiles
   * @param {string|undefined} current what the tile shows now
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
    // There are enough titles, only their pictures cannot be had now: a copy would stay when they can.
    const tiles = 1 + new Set(others.map(({ x, y }) => `${x} ${y}`)).size;
    if (this.items.length >= tiles) return null;
    // Every title is on the wall already. The last of its kind is not given up for a copy.
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
    // In the oldest third any will do: walls that started together drift apart.
    return sorted[Math.floor(this.random() * Math.max(1, Math.ceil(sorted.length / 3)))];
  }
}
