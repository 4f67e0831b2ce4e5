/** Resolves after `ms`, or immediately when `signal` is aborted. @param {number} ms @param {AbortSignal} [signal] @returns {Promise<void>} */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}

/** Resolves at once if the page is visible, else when it becomes visible: hidden pages do not change. @returns {Promise<void>} */
export function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
  });
}

/** A signal that aborts after `ms`. (AbortSignal.timeout is missing in browsers of older televisions.) */
export function within(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error(`no response within ${ms / 1000} s`)), ms);
  return controller.signal;
}
