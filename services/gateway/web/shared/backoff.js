// Waiting times after failures: doubled each time, limited, and randomised by a third so that many
// screens do not reconnect at the same instant.

export class Backoff {
  /** @param {{firstMs?: number, longestMs?: number, random?: () => number}} options */
  constructor({ firstMs = 2000, longestMs = 60_000, random = Math.random } = {}) {
    this.firstMs = firstMs;
    this.longestMs = longestMs;
    this.random = random;
    this.failures = 0;
  }

  /** The pause in ms after a failure; each call counts as one more failure. */
  next() {
    const plain = Math.min(this.firstMs * 2 ** Math.min(this.failures, 20), this.longestMs);
    this.failures += 1;
    return Math.round(plain * (1 - this.random() / 3));
  }

  reset() {
    this.failures = 0;
  }
}
