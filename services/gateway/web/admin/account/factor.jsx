// The second factor: set up with a QR code, confirmed by a code of it, switched off by the password.
import { useState } from 'preact/hooks';

import { Badge, Button, Field, PasswordField } from '../components/basics.jsx';
import { Dialog } from '../components/dialog.jsx';
import { useAction } from '../core/hooks.js';
import { say } from '../core/said.js';
import { secondFactor } from '../core/session.js';
import { t } from '../core/texts.js';
import * as v1 from '../core/v1.js';

/** The secret in an otpauth address, in groups of four. @param {string} uri */
const secretOf = (uri) => (new URL(uri).searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 ');

function SetUp({ onClose }) {
  const [offered, setOffered] = useState(/** @type {{uri: string, qrCodeUrl: string}|null} */ (null));
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [busy, run] = useAction();
  const begin = (event) => {
    event.preventDefault();
    run(async () => setOffered(await v1.startFactor({ password })));
  };
  const confirm = (event) => {
    event.preventDefault();
    run(async () => {
      await v1.confirmFactor(code);
      secondFactor.value = true;
      onClose();
      say(t('account.factor.enabled'));
    });
  };
  return (
    <Dialog title={t('account.factor.setup')} onClose={onClose}>
      {!offered ? (
        <form class="stack" onSubmit={begin}>
          <PasswordField label={t('login.password')} value={password} required autocomplete="current-password" onInput={(event) => setPassword(event.currentTarget.value)} />
          <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button><Button type="submit" kind="main" busy={busy}>{t('account.factor.continue')}</Button></div>
        </form>
      ) : (
        <form class="stack" onSubmit={confirm}>
          <p>{t('account.factor.scan')}</p>
          <div class="address"><img class="qr" src={offered.qrCodeUrl} alt={t('account.factor.qr')} width="176" height="176" />
            <div><p class="hint">{t('account.factor.key')}</p><p class="copy"><code id="factor-key">{secretOf(offered.uri)}</code></p></div></div>
          <Field label={t('factor.code')} name="code" value={code} inputMode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required onInput={(event) => setCode(event.currentTarget.value)} />
          <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button><Button type="submit" kind="main" busy={busy}>{t('account.factor.enable')}</Button></div>
        </form>
      )}
    </Dialog>
  );
}

function SwitchOff({ onClose }) {
  const [password, setPassword] = useState('');
  const [busy, run] = useAction();
  return (
    <Dialog title={t('account.factor.off')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await v1.stopFactor(password);
          secondFactor.value = false;
          onClose();
          say(t('account.factor.disabled'));
        });
      }}>
        <PasswordField label={t('login.password')} value={password} required autocomplete="current-password" onInput={(event) => setPassword(event.currentTarget.value)} />
        <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button><Button type="submit" kind="danger" busy={busy}>{t('account.factor.off')}</Button></div>
      </form>
    </Dialog>
  );
}

export function SecondFactor() {
  const [dialog, setDialog] = useState('');
  const on = secondFactor.value;
  return (
    <section class="panel" aria-labelledby="factor-title">
      <div class="source-head"><h2 id="factor-title">{t('factor.title')}</h2><span id="factor-state">{on !== null && <Badge state={on ? 'good' : 'idle'}>{t(on ? 'set.on' : 'set.off')}</Badge>}</span></div>
      <p class="hint">{t('account.factor.text')}</p>
      <div class="row">
        <Button id="factor-open" onClick={() => setDialog('setup')}>{t(on ? 'account.factor.replace' : 'account.factor.setup')}</Button>
        {on !== false && <Button kind="danger" onClick={() => setDialog('off')}>{t('account.factor.off')}</Button>}
      </div>
      {dialog === 'setup' && <SetUp onClose={() => setDialog('')} />}
      {dialog === 'off' && <SwitchOff onClose={() => setDialog('')} />}
    </section>
  );
}
