// How fast a wall changes.

const shortestSeconds = 2;
const slowestSeconds = 25;
const stepSeconds = 2.555;        // each step of refreshRate, 1 to 10, is so much faster
const swingPerRandomness = 0.04;  // an interval is longer by up to this for each step of randomness
const unsetSeconds = 30;          // what /get-config says where no document sets transitionInterval
const tilesPerChange = 24;        // a larger wall changes more of its tiles in an interval
const shortestTickMs = 120;

/**
 * The tempo that settings ask for.
 * @param {{refreshRate?: number, randomness?: number, transitionInterval?: number}} wallartMode
 * @param {number} [stays] how long each poster is to stay, in seconds, whatever the settings say
 * @returns {{staysSeconds?: number, everySeconds?: number, randomness: number}}
 *   staysSeconds: how long each poster stays; else everySeconds: how long until a tile changes
 */
export function tempoOf({ refreshRate, randomness, transitionInterval }, stays) {
  const swing = between(randomness ?? 3, 0, 10, 3);
  const set = Number(transitionInterval);
  if (stays > 0) return { staysSeconds: stays, randomness: swing };
  if (set > 0 && set !== unsetSeconds) return { staysSeconds: set, randomness: swing };
  const rate = between(refreshRate ?? 6, 1, 10, 6);
  return { everySeconds: Math.max(shortestSeconds, slowestSeconds - (rate - 1) * stepSeconds), randomness: swing };
}

/** How long to wait for the next change of a wall of so many tiles, in ms; `chance` from 0 to 1. */
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
