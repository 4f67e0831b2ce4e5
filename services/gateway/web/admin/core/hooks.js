// Hooks for pages: data that is read again while the page is open, and actions with a state.
import { useEffect, useRef, useState } from 'preact/hooks';

import { hush, sayFailure } from './said.js';

/**
 * Reads data now and every `everyMs` while the page is visible. After a failure the last data stay.
 * @template T
 * @param {(before: T|undefined) => Promise<T>} load gets what it returned last
 * @param {{everyMs?: number, key?: unknown}} [options] everyMs 0: only once; key: read again when it changes
 * @returns {{data: T|undefined, error: any, refresh: () => Promise<void>, set: (data: T) => void}}
 */
export function useData(load, { everyMs = 0, key } = {}) {
  const [state, setState] = useState(/** @type {{data: any, error: any, key: unknown}} */ ({ data: undefined, error: null, key }));
  const current = useRef({ load, turn: 0, before: /** @type {any} */ (undefined) });
  current.current.load = load;

  /** Reads everything again, as at first. */
  const refresh = async () => {
    current.current.before = undefined;
    await read();
  };
  const read = async () => {
    const mine = ++current.current.turn;
    const keep = (next) => {
      if (current.current.turn === mine) setState((before) => ({ ...before, ...next, key }));
    };
    try {
      const data = await current.current.load(current.current.before);
      if (current.current.turn === mine) current.current.before = data;
      keep({ data, error: null });
    } catch (error) {
      keep({ error });
    }
  };

  useEffect(() => {
    let open = true;
    current.current.before = undefined;
    let timer;
    const round = async () => {
      if (document.visibilityState === 'visible') await read();
      if (open && everyMs > 0) timer = setTimeout(round, everyMs);
    };
    round();
    return () => {
      open = false;
      ++current.current.turn;
      clearTimeout(timer);
    };
  }, [everyMs, key]);

  const stale = state.key !== key;
  return { data: stale ? undefined : state.data, error: stale ? null : state.error, refresh,
    set: (data) => setState({ data, error: null, key }) };
}

/**
 * An action of a button or form: `busy` while it runs, its failure in the line at the top.
 * @returns {[boolean, (action: () => Promise<unknown>) => Promise<boolean>]} run: whether it succeeded
 */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const run = async (action) => {
    setBusy(true);
    hush();
    try {
      await action();
      return true;
    } catch (error) {
      sayFailure(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return [busy, run];
}
