// The clock that screens share. The server says by its own clock when the next change is due
// (sync-tick) and how often it comes; answers to pings say how far its clock is from ours. Of a few
// pings the one that came back fastest is believed: it had the least time to be wrong in.

const samples = 8;
const ledForPeriods = 5;  // without a tick for so long, nobody leads

export class SyncClock {
  /** @param {() => number} now our clock, in ms */
  constructor(now = () => Date.now()) {
    this.now = now;
    this.pongs = [];
    /** Called when a change was made at the instant `nextAt`. @type {(nextAt: number) => void} */
    this.report = () => {};
  }

  /** An answer to a ping: the server's clock `t` when it got what we sent at `ts` by ours. */
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

  /** What is to be added to our clock to have the server's. */
  get offsetMs() {
    if (this.pongs.length === 0) return 0;
    return this.pongs.reduce((best, pong) => (pong.roundTrip < best.roundTrip ? pong : best)).offset;
  }

  /**
   * The next change that is at least `aheadMs` away, by our clock; null while nobody leads screens
   * with this period. @returns {{at: number, nextAt: number}|null}
   */
  next(periodMs, aheadMs = 0) {
    if (this.last?.periodMs !== periodMs) return null;
    const served = this.now() + this.offsetMs;
    if (served - this.last.nextAt > ledForPeriods * periodMs) return null;
    const periods = Math.max(0, Math.ceil((served + aheadMs - this.last.nextAt) / periodMs));
    const nextAt = this.last.nextAt + periods * periodMs;
    return { at: nextAt - this.offsetMs, nextAt };
  }
}
