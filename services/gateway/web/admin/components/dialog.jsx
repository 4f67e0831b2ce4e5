// Modal dialogs on the browser's own <dialog>: focus stays inside, Escape closes, focus returns.
import { useEffect, useId, useRef } from 'preact/hooks';

import { t } from '../core/texts.js';
import { Button } from './basics.jsx';
import { Said } from './said.jsx';

/** @param {{title: string, onClose: () => void, wide?: boolean, children: any}} props */
export function Dialog({ title, onClose, wide = false, children }) {
  const element = useRef(/** @type {HTMLDialogElement|null} */ (null));
  const id = useId();
  useEffect(() => {
    const back = /** @type {HTMLElement|null} */ (document.activeElement);
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => back?.focus?.();
  }, []);
  return (
    <dialog ref={element} class={wide ? 'wide' : undefined} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="close" aria-label={t('close')} onClick={onClose}>×</button>
      </header>
      <Said id="" />
      {children}
    </dialog>
  );
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, label, danger = true, busy = false, onConfirm, onClose }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="dialog-actions">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind={danger ? 'danger' : 'main'} busy={busy} onClick={onConfirm}>{label}</Button>
      </div>
    </Dialog>
  );
}
