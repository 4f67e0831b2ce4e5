// The clock that screens share. The server announces by its own clock when the next change is due
// and the period (sync-tick); pongs give the offset of its clock. Of the last pings the one with
// the shortest round trip is used, because its error is smallest.

const samples = 8;
const maxPeriodsWithoutTick = 5;  // without a tick for this long, the screens are not synchronised

export class SyncClock {
  /** @param {() => number} now the local clock, in ms */
  constructor(now = () => Date.now()) {
    this.now = now;
    this.pongs = [];
    /** Called after a change at the instant `nextAt`. @type {(nextAt: number) => void} */
    this.report = () => {};
  }

  /** A pong: the server's clock `t` when it received the ping sent at local time `ts`. */
  pong({ t, ts }) {
    if (!(t > 0) || !(ts > 0)) return;
    const now = this.now();
    this.pongs.push({ roundTrip: now - ts, offset: t - (ts + now) / 2 });
    if (this.pongs.length > samples) this.pongs.shift();
  }

  tick({ periodMs, nextAt }) {
    if (!(periodMs > 0) || !(nextAt > 0)) return;
    this.last = { periodMs, nextAt };
  }

  /** The difference between the server's clock and the local one. */
  get offsetMs() {
    if (this.pongs.length === 0) return 0;
    return this.pongs.reduce((best, pong) => (pong.roundTrip < best.roundTrip ? pong : best)).offset;
  }

  /**
   * The next change at least `aheadMs` from now, by the local clock; null while screens with this
   * period are not synchronised. @returns {{at: number, nextAt: number}|null}
   */
  next(periodMs, aheadMs = 0) {
    if (this.last?.periodMs !== periodMs) return null;
    const served = this.now() + this.offsetMs;
    if (served - this.last.nextAt > maxPeriodsWithoutTick * periodMs) return null;
    const periods = Math.max(0, Math.ceil((served + aheadMs - this.last.nextAt) / periodMs));
    const nextAt = this.last.nextAt + periods * periodMs;
    return { at: nextAt - this.offsetMs, nextAt };
  }
}
