// How often the posters of a wall change.

const shortestSeconds = 2;
const slowestSeconds = 25;
const stepSeconds = 2.555;  // each step of refreshRate, 1 to 10, shortens the interval by this
const swingPerRandomness = 0.04;  // each step of randomness lengthens an interval by up to this share
const unsetSeconds = 30;  // the value in /get-config if no document sets transitionInterval
const tilesPerChange = 24;  // larger walls change proportionally more tiles per interval
const shortestTickMs = 120;

/**
 * The tempo for these settings.
 * @param {{refreshRate?: number, randomness?: number, transitionInterval?: number}} wallartMode
 * @param {number} [stays] how long each poster stays, in seconds; overrides the settings
 * @returns {{staysSeconds?: number, everySeconds?: number, randomness: number}}
 *   staysSeconds: how long each poster stays; otherwise everySeconds: time between two changes
 */
export function tempoOf({ refreshRate, randomness, transitionInterval }, stays) {
  const swing = between(randomness ?? 3, 0, 10, 3);
  const set = Number(transitionInterval);
  if (stays > 0) return { staysSeconds: stays, randomness: swing };
  if (set > 0 && set !== unsetSeconds) return { staysSeconds: set, randomness: swing };
  const rate = between(refreshRate ?? 6, 1, 10, 6);
  return { everySeconds: Math.max(shortestSeconds, slowestSeconds - (rate - 1) * stepSeconds), randomness: swing };
}

/** The pause in ms before the next change of a wall with this many tiles; `chance` from 0 to 1. */
export function waitMs({ staysSeconds, everySeconds, randomness }, tiles, chance) {
  if (everySeconds !== undefined) {
    const longer = 1 + chance * swingPerRandomness * randomness;
    return (everySeconds * 1000 * longer) / Math.max(1, Math.round(tiles / tilesPerChange));
  }
  const tick = Math.max(shortestTickMs, (staysSeconds * 1000) / Math.max(1, tiles));
  return tick * (1 + ((chance * 2 - 1) * randomness) / 12);
}

function between(value, low, high, otherwise) {
  const number = Number(value);
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
}
