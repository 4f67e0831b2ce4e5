// The line that says what happened; read out by screen readers. A dialog has a line of its own,
// because everything outside it is inert while it is open.
import { said } from '../core/said.js';

/** @param {{id?: string}} props */
export function Said({ id = 'said' }) {
  const line = said.value;
  return <p id={id || undefined} role="status" aria-live="polite" class={line?.bad ? 'said bad' : 'said'}>{line?.text ?? ''}</p>;
}
