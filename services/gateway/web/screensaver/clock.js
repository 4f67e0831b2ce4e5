// The time of day in a corner; updated every minute. It has a dark background, so that it is
// readable over any image, and fades when it changes sides.

import { play } from '../shared/animation.js';

const fadeMs = 600;

export class Clock {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.settings = { shown: false, format: '24h', zone: 'auto' };
  }

  /** @param {{shown?: boolean, format?: '24h'|'12h', zone?: string}} settings zone: IANA name or "auto" */
  configure(settings) {
    this.settings = settings;
    this.tick();
  }

  /** Moves to the left or right corner. @param {boolean} left */
  async move(left) {
    const { classList } = this.element;
    if (classList.contains('left') === left) return;
    if (this.element.hidden) {
      classList.toggle('left', left);
      return;
    }
    const fade = (from, to) => play(this.element, [{ opacity: from }, { opacity: to }],
      { duration: fadeMs, easing: 'ease-in-out', fill: 'forwards' });
    const out = await fade(1, 0);
    classList.toggle('left', left);
    const back = await fade(0, 1);
    out.cancel();
    back.cancel();
  }

  tick() {
    clearTimeout(this.timer);
    const { shown, format, zone } = this.settings;
    this.element.hidden = !shown;
    if (!shown) return;
    this.element.textContent = timeText(new Date(), format, zone);
    this.timer = setTimeout(() => this.tick(), 60_000 - (Date.now() % 60_000) + 20);
  }
}

/** "00:21" in 24 h, "12:21 AM" in 12 h. */
export function timeText(date, format, zone) {
  const say = (options) => (format === '12h'
    ? date.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', hour12: true, ...options })
    // Without hour12 and hourCycle: the en-GB locale counts 00 to 23 in every browser, those
    // options do not.
    : date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...options }));
  try {
    return say(zone && zone !== 'auto' ? { timeZone: zone } : {});
  } catch {  // an unknown zone
    return say({});
  }
}
