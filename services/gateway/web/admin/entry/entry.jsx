// What is shown before the control room: the first account, log-in, second factor.
import { useEffect, useRef } from 'preact/hooks';

import { Button, Field, PasswordField } from '../components/basics.jsx';
import { LanguageChoice } from '../components/language.jsx';
import { Logo } from '../components/logo.jsx';
import { Said } from '../components/said.jsx';
import { useAction } from '../core/hooks.js';
import { codeRequired, enter, view } from '../core/session.js';
import { t } from '../core/texts.js';
import * as v1 from '../core/v1.js';

/** A form that is sent as an object of its fields. @param {{id: string, title: string, text?: string, button: string, send: (fields: any) => Promise<void>, children: any}} props */
function EntryForm({ id, title, text, button, send, children }) {
  const [busy, run] = useAction();
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  useEffect(() => { form.current?.querySelector('input')?.focus(); }, []);
  const submit = (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    run(() => send(fields));
  };
  return (
    <form id={id} ref={form} class="entry-form" onSubmit={submit}>
      <h1>{title}</h1>
      {text && <p>{text}</p>}
      {children}
      <Button type="submit" kind="main" busy={busy}>{button}</Button>
    </form>
  );
}

function Setup() {
  return (
    <EntryForm id="setup" title={t('setup.title')} text={t('setup.text')} button={t('setup.button')}
      send={async (fields) => { await v1.createFirstAccount(fields); await enter(); }}>
      <Field label={t('login.name')} name="username" autocomplete="username" required maxLength={64} />
      <PasswordField label={t('login.password')} hint={t('setup.password.hint')} name="password" autocomplete="new-password"
        required minLength={8} />
      {codeRequired.value && (
        <Field label={t('setup.code')} hint={t('setup.code.hint')} name="setup_code" autocomplete="off" maxLength={64} />
      )}
    </EntryForm>
  );
}

function LogIn() {
  return (
    <EntryForm id="login" title={t('login.title')} button={t('login.button')}
      send={async (fields) => {
        const answer = await v1.logIn(fields);
        if (answer.requires2FA) view.value = 'factor';
        else await enter();
      }}>
      <Field label={t('login.name')} name="username" autocomplete="username" required />
      <PasswordField label={t('login.password')} name="password" autocomplete="current-password" required />
    </EntryForm>
  );
}

function Factor() {
  return (
    <EntryForm id="factor" title={t('factor.title')} button={t('factor.button')}
      send={async (fields) => { await v1.sendFactor(fields); await enter(); }}>
      <Field label={t('factor.code')} name="totp_code" inputMode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required />
    </EntryForm>
  );
}

const forms = { setup: Setup, login: LogIn, factor: Factor };

export function Entry() {
  const Form = forms[view.value];
  return (
    <main class="entry">
      <div class="entry-head"><Logo /><LanguageChoice /></div>
      <Said />
      {Form ? <Form key={view.value} /> : <p class="hint">{t('loading')}</p>}
    </main>
  );
}
