// The glass itself: stays awake, hides the pointer, goes dark when it is told to.

const pointerMs = 2500;

export class Screen {
  constructor() {
    this.off = false;
    this.keepAwake();
    document.addEventListener('visibilitychange', () => this.keepAwake());
    addEventListener('pointermove', () => this.pointerMoved());
    this.pointerMoved();
  }

  /** Wake Lock exists on https and localhost only; elsewhere the set's own settings decide. */
  async keepAwake() {
    if (document.hidden || !navigator.wakeLock) return;
    try {
      this.lock = await navigator.wakeLock.request('screen');
    } catch {
      // Refused, by battery saving for instance; asked again when the page is next shown.
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
