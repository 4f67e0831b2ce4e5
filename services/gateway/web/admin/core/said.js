// The line at the top that says what happened: the outcome of an action, or why it failed.
import { computed, signal } from '@preact/signals';

import { awayNotice } from './away.js';
import { away, seenAt } from './http.js';
import { t } from './texts.js';
import { wordsFor } from './words.js';

/** @typedef {{text: string, bad: boolean}} Said */

const shownMs = 8_000;
const spoken = signal(/** @type {Said|null} */ (null));
let timer;

/** The line; null: nothing to say. */
export const said = computed(() => (away.value ? { text: t(...awayNotice(seenAt.value, Date.now())), bad: true } : spoken.value));

/** @param {string} text */
export function say(text) {
  show(text === '' ? null : { text, bad: false });
  clearTimeout(timer);
  timer = setTimeout(() => { spoken.value = null; }, shownMs);
}

/** Shows a failure until the next action. @param {any} error */
export function sayFailure(error) {
  clearTimeout(timer);
  if (error?.status !== 0) show({ text: wordsFor(error), bad: true });
}

export function hush() {
  show(null);
}

function show(what) {
  spoken.value = what;
}
