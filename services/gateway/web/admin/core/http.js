// Every request of the control room: time limit, waiting when the server limits requests, and the
// signals that say whether the server responds and whether the session has ended.
import { signal } from '@preact/signals';

import { pause, within } from '../../shared/pause.js';
import { Failure } from './failure.js';

const timeoutMs = 40_000;  // tests of a source wait for the media server
const mostWaits = 2;  // for 429; then the failure is shown
const longestWaitMs = 60_000;

/** When the server responded last, in ms; null: not yet. */
export const seenAt = signal(/** @type {number|null} */ (null));
/** The server does not respond. */
export const away = signal(false);
/** Increases when a response says that the session has ended. */
export const ended = signal(0);

/**
 * fetch() with the rules above. Throws Failure with status 0 if there is no response.
 * @param {Request} request
 */
export async function send(request) {
  for (let waits = 0; ; waits += 1) {
    const response = await attempt(request.clone());
    const reads = request.method === 'GET';
    if (response.status !== 429 || !reads || waits === mostWaits) {
      if (response.status === 401) ended.value += 1;
      return response;
    }
    const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10) || 1;
    await pause(Math.min(seconds * 1000, longestWaitMs));
  }
}

async function attempt(request) {
  try {
    const response = await fetch(request, { signal: within(timeoutMs) });
    seenAt.value = Date.now();
    away.value = false;
    return response;
  } catch {
    away.value = true;
    throw new Failure({ status: 0, message: '' });
  }
}
