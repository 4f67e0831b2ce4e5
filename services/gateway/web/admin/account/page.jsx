// The account that is logged in: password, second factor, API tokens, and the audit log.
import { useState } from 'preact/hooks';

import { Button, Field, Loading, PageHead, PasswordField, Select, TableScroll } from '../components/basics.jsx';
import { Confirm, Dialog } from '../components/dialog.jsx';
import { agoText, timeText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { user } from '../core/session.js';
import { t } from '../core/texts.js';
import * as v1 from '../core/v1.js';
import { Audit } from './audit.jsx';
import { SecondFactor } from './factor.jsx';
import { createToken, listTokens, revokeToken } from './tokens.js';

const scopes = ['READ', 'OPERATE', 'ADMIN', 'METRICS'];

function Password() {
  const [form, setForm] = useState({ currentPassword: '', newPassword: '', confirmPassword: '' });
  const [busy, run] = useAction();
  const differ = form.confirmPassword !== '' && form.confirmPassword !== form.newPassword;
  const set = (key) => ({ name: key, value: form[key], required: true, onInput: (event) => setForm({ ...form, [key]: event.currentTarget.value }) });
  const save = (event) => {
    event.preventDefault();
    if (differ) return;
    run(async () => {
      await v1.changePassword(form);
      setForm({ currentPassword: '', newPassword: '', confirmPassword: '' });
      say(t('account.password.changed'));
    });
  };
  return (
    <section class="panel" aria-labelledby="password-title">
      <h2 id="password-title">{t('account.password')}</h2>
      <form id="password" class="stack narrow" onSubmit={save}>
        <PasswordField label={t('account.password.current')} autocomplete="current-password" {...set('currentPassword')} />
        <PasswordField label={t('account.password.new')} hint={t('setup.password.hint')} autocomplete="new-password" minLength={8} {...set('newPassword')} />
        <PasswordField label={t('account.password.again')} autocomplete="new-password" error={differ ? t('account.password.differ') : ''} {...set('confirmPassword')} />
        <p class="hint">{t('account.password.text')}</p>
        <div><Button type="submit" kind="main" busy={busy}>{t('account.password.change')}</Button></div>
      </form>
    </section>
  );
}

function NewToken({ onClose, onMade }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState('READ');
  const [value, setValue] = useState('');
  const [busy, run] = useAction();
  const make = (event) => {
    event.preventDefault();
    run(async () => {
      setValue(await createToken(name.trim(), scope));
      await onMade();
    });
  };
  return (
    <Dialog title={t('tokens.new')} onClose={onClose}>
      {value ? (
        <div class="stack">
          <p class="notice warn">{t('tokens.once')}</p>
          <p class="copy"><code id="token-value">{value}</code></p>
          <div class="dialog-actions"><Button onClick={() => navigator.clipboard?.writeText(value)}>{t('tokens.copy')}</Button><Button kind="main" onClick={onClose}>{t('done')}</Button></div>
        </div>
      ) : (
        <form class="stack" onSubmit={make}>
          <Field label={t('column.name')} value={name} required maxLength={128} onInput={(event) => setName(event.currentTarget.value)} />
          <Select label={t('tokens.scope')} value={scope} onChange={setScope} options={scopes.map((key) => [key, t(`scope.${key}`)])} />
          <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button><Button type="submit" kind="main" busy={busy}>{t('tokens.make')}</Button></div>
        </form>
      )}
    </Dialog>
  );
}

function Tokens() {
  const { data, refresh } = useData(listTokens);
  const [dialog, setDialog] = useState(/** @type {{is: string, token?: any}|null} */ (null));
  const [busy, run] = useAction();
  return (
    <section class="panel" aria-labelledby="tokens-title">
      <div class="source-head"><h2 id="tokens-title">{t('tokens.title')}</h2><Button onClick={() => setDialog({ is: 'new' })}>{t('tokens.new')}</Button></div>
      <p class="hint">{t('tokens.text')}</p>
      {!data && <Loading rows={2} />}
      {data?.length === 0 && <p>{t('tokens.none')}</p>}
      {data && data.length > 0 && (
        <TableScroll label={t('tokens.title')}>
          <table id="tokens">
            <thead><tr>{['name', 'scope', 'begins', 'lastUsed', 'actions'].map((name) => <th key={name} scope="col">{t(`column.${name}`)}</th>)}</tr></thead>
            <tbody>{data.map((token) => (
              <tr key={token.tokenId}><th scope="row">{token.name}</th><td>{t(`scope.${String(token.scope).replace('TOKEN_SCOPE_', '')}`)}</td><td><code>{token.hint}…</code></td>
                <td title={timeText(token.lastUsedAt)}>{agoText(token.lastUsedAt) ?? t('never')}</td>
                <td><Button kind="danger" aria-label={t('tokens.revokeOf', { name: token.name ?? '' })} onClick={() => setDialog({ is: 'revoke', token })}>{t('tokens.revoke')}</Button></td></tr>
            ))}</tbody>
          </table>
        </TableScroll>
      )}
      {dialog?.is === 'new' && <NewToken onClose={() => setDialog(null)} onMade={refresh} />}
      {dialog?.is === 'revoke' && <Confirm title={t('tokens.revokeTitle', { name: dialog.token.name })} text={t('tokens.revokeText')} label={t('tokens.revoke')} busy={busy} onClose={() => setDialog(null)}
        onConfirm={() => run(async () => { await revokeToken(dialog.token.tokenId); setDialog(null); await refresh(); say(t('tokens.revoked')); })} />}
    </section>
  );
}

export function AccountPage() {
  return (
    <>
      <PageHead title={t('nav.account')} text={user.value} />
      <Password />
      <SecondFactor />
      <Tokens />
      <Audit />
    </>
  );
}
