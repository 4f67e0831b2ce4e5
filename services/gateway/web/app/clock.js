// The time of day in a corner; changes on the minute.

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

  tick() {
    clearTimeout(this.timer);
    const { shown, format, zone } = this.settings;
    this.element.hidden = !shown;
    if (!shown) return;
    this.element.textContent = timeText(new Date(), format, zone);
    this.timer = setTimeout(() => this.tick(), 60_000 - (Date.now() % 60_000) + 20);
  }
}

export function timeText(date, format, zone) {
  const options = { hour: 'numeric', minute: '2-digit', hour12: format === '12h' };
  try {
    return date.toLocaleTimeString(format === '12h' ? 'en-US' : 'en-GB',
      { ...options, ...(zone && zone !== 'auto' ? { timeZone: zone } : {}) });
  } catch {  // an unknown zone
    return date.toLocaleTimeString('en-GB', options);
  }
}
