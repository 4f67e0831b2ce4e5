// Buttons, form fields, badges and empty states.
import { useId, useState } from 'preact/hooks';

import { t } from '../core/texts.js';

/** @param {{kind?: string, busy?: boolean, [key: string]: any}} props kind: main, plain or danger */
export function Button({ kind = 'plain', busy = false, type = 'button', disabled = false, class: more = '', children, ...rest }) {
  return (
    <button {...rest} type={type} class={`button ${kind} ${more}`.trim()} disabled={disabled || busy} aria-busy={busy || undefined}>
      {children}
    </button>
  );
}

/**
 * A labelled control; `error` and `hint` belong to it for screen readers as well.
 * @param {{label: any, hint?: string, error?: string, children?: (common: any) => any, [key: string]: any}} props children: another control than <input>
 */
export function Field({ label, hint, error, children, ...input }) {
  const id = useId();
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const common = { id, 'aria-describedby': notes, 'aria-invalid': error ? true : undefined };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {typeof children === 'function' ? children(common) : <input {...common} {...input} />}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

/** @param {{label: string, hint?: string, error?: string, [key: string]: any}} props */
export function PasswordField({ label, hint, error, ...input }) {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(common) => (
        <span class="with-button">
          <input {...common} {...input} type={shown ? 'text' : 'password'} spellcheck={false} />
          <button type="button" class="button plain" aria-pressed={shown} aria-label={t('show.password', { label })}
            onClick={() => setShown(!shown)}>{shown ? t('hide') : t('show')}</button>
        </span>
      )}
    </Field>
  );
}

/** @param {{label: any, hint?: string, checked: boolean, onChange: (on: boolean) => void, [key: string]: any}} props */
export function Check({ label, hint, checked, onChange, ...rest }) {
  const id = useId();
  return (
    <div class="check">
      <input {...rest} id={id} type="checkbox" checked={checked} aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

/** @param {{label: string, value: any, options: [any, string][], onChange: (value: string) => void, [key: string]: any}} props */
export function Select({ label, hint, error, value, options, onChange, ...rest }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(common) => (
        <select {...common} {...rest} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

/** @param {{state: string, children: any}} props state: good, warn, bad or idle */
export function Badge({ state, children }) {
  return <span class={`badge ${state}`}><i aria-hidden="true" />{children}</span>;
}

/** @param {{title: string, text?: string, children?: any}} props */
export function Empty({ title, text, children }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <p class="actions">{children}</p>}
    </div>
  );
}

/** @param {{title: string, text?: any, children?: any}} props */
export function PageHead({ title, text, children }) {
  return (
    <header class="page-head">
      <div><h1 tabIndex={-1}>{title}</h1>{text && <p>{text}</p>}</div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

/** A table that scrolls by itself on a narrow screen. @param {{label: string, children: any}} props */
export function TableScroll({ label, children }) {
  return <div class="scroll" tabIndex={0} role="region" aria-label={t('table', { label })}>{children}</div>;
}

/** Placeholder lines of the size of the content, so that nothing moves when it comes. */
export function Loading({ rows = 4 }) {
  return (
    <div class="loading" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, i) => <i key={i} />)}
    </div>
  );
}

/** @param {{done: number, total: number, label: string}} props */
export function Progress({ done, total, label }) {
  return (
    <div class="progress-line">
      <progress max={Math.max(1, total)} value={done} aria-label={label} />
      <span>{label}</span>
    </div>
  );
}
