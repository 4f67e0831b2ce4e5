// The clock that screens share.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SyncClock } from '../../services/gateway/web/device/sync.js';

const server = 5000;  // ms by which the server's clock is ahead

function clockAt(start) {
  const time = { now: start };
  const clock = new SyncClock(() => time.now);
  /** A ping that takes `there` ms to the server and `back` ms back. */
  const ping = (there, back) => {
    const ts = time.now;
    time.now += there;
    const t = time.now + server;
    time.now += back;
    clock.pong({ t, ts });
  };
  return { time, clock, ping };
}

test('uses the pong with the shortest round trip for the clock offset', () => {
  const { clock, ping } = clockAt(1_000_000);
  ping(180, 20);
  ping(5, 5);
  ping(10, 300);
  assert.equal(clock.offsetMs, server);
});

test('ignores a pong without timestamps', () => {
  const { clock } = clockAt(1_000_000);
  clock.pong({ t: 1_005_000 });
  clock.pong({});
  assert.equal(clock.offsetMs, 0);
});

test('the next change is the same instant on screens with different clocks', () => {
  const instants = [900_000, 1_000_000, 1_000_321].map((start) => {
    const { time, clock, ping } = clockAt(start);
    ping(4, 4);
    clock.tick({ periodMs: 15_000, nextAt: time.now + server + 700 });
    const { at, nextAt } = clock.next(15_000);
    return { late: at - time.now, nextAt: nextAt - time.now - server };
  });
  assert.deepEqual(instants, Array(3).fill({ late: 700, nextAt: 700 }));
});

test('skips an instant that is too near and computes later ones from the last tick', () => {
  const { time, clock, ping } = clockAt(1_000_000);
  ping(1, 1);
  const nextAt = time.now + server + 500;
  clock.tick({ periodMs: 10_000, nextAt });
  assert.equal(clock.next(10_000, 1000).nextAt, nextAt + 10_000);
  time.now += 25_000;
  assert.equal(clock.next(10_000).nextAt, nextAt + 30_000);
});

test('returns no instant for another period, nor long after the last tick', () => {
  const { time, clock } = clockAt(1_000_000);
  assert.equal(clock.next(10_000), null);
  clock.tick({ periodMs: 10_000, nextAt: time.now + 500 });
  assert.equal(clock.next(15_000), null);
  time.now += 60_000;
  assert.equal(clock.next(10_000), null);
});
