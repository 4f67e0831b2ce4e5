// The physical screen: keeps it awake, hides the pointer, and turns it black on command.

const pointerMs = 2500;

export class Screen {
  constructor() {
    this.off = false;
    this.keepAwake();
    document.addEventListener('visibilitychange', () => this.keepAwake());
    addEventListener('pointermove', () => this.pointerMoved());
    this.pointerMoved();
  }

  /** Wake Lock exists on https and localhost only; elsewhere the television's own settings apply. */
  async keepAwake() {
    if (document.hidden || !navigator.wakeLock) return;
    try {
      this.lock = await navigator.wakeLock.request('screen');
    } catch {
      // Refused, for example by battery saving; requested again when the page becomes visible.
    }
  }

  pointerMoved() {
    document.body.classList.remove('still');
    clearTimeout(this.pointer);
    this.pointer = setTimeout(() => document.body.classList.add('still'), pointerMs);
  }

  /** @param {boolean} off */
  setOff(off) {
    this.off = off;
    document.querySelector('.dark')?.remove();
    if (off) {
      const dark = document.createElement('div');
      dark.className = 'dark';
      document.body.append(dark);
    }
    document.body.dataset.power = off ? 'off' : 'on';
  }
}
