// localStorage that may be absent (a kiosk in private mode throws on access): then nothing is kept.
// One host may have several servers below several paths; each has its own values.

import { base } from './base.js';

const nameOf = (key) => (base === '/' ? key : `${key}@${base}`);

export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(key)) ?? 'null');
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(nameOf(key));
    else localStorage.setItem(nameOf(key), JSON.stringify(value));
  } catch {
    // Only the memory of this page then.
  }
}
