// How to add a display: open an address on it. Pairing by code lets another browser become an
// existing display.
import { useState } from 'preact/hooks';

import { serverUrl } from '../../shared/base.js';
import { Button } from '../components/basics.jsx';
import { Dialog } from '../components/dialog.jsx';
import { useAction } from '../core/hooks.js';
import { t } from '../core/texts.js';
import { createPairingCode } from './api.js';

const modes = ['wallart', 'screensaver', 'cinema'];

/** A QR code of a text, drawn by the server. */
export function Qr({ text, label }) {
  return <img class="qr" src={serverUrl(`/api/qr?text=${encodeURIComponent(text)}`)} alt={label} width="176" height="176" />;
}

export function AddDisplay({ onClose }) {
  const [mode, setMode] = useState('wallart');
  const address = new URL(serverUrl(`/${mode}`), location.href).href;
  return (
    <Dialog title={t('add.title')} onClose={onClose}>
      <p>{t('add.text')}</p>
      <fieldset class="choice">
        <legend>{t('add.mode')}</legend>
        {modes.map((name) => (
          <label key={name}><input type="radio" name="mode" value={name} checked={mode === name} onChange={() => setMode(name)} />{t(`mode.${name}`)}</label>
        ))}
      </fieldset>
      <div class="address"><Qr text={address} label={t('add.qr', { address })} />
        <div><p class="copy"><code>{address}</code></p>
          <p><a href={address} target="_blank" rel="noreferrer">{t('add.open')}</a></p>
          <p class="hint">{t('add.hint')}</p></div></div>
      <div class="dialog-actions"><Button kind="main" onClick={onClose}>{t('done')}</Button></div>
    </Dialog>
  );
}

/** Makes a code with which another browser becomes this display. */
export function PairByCode({ device, onClose }) {
  const [code, setCode] = useState('');
  const [busy, run] = useAction();
  return (
    <Dialog title={t('pair.title')} onClose={onClose}>
      <p>{t('pair.text')}</p>
      {code ? <p class="code" id="pairing-code">{code}</p>
        : <Button kind="main" busy={busy} onClick={() => run(async () => {
          const { pairingCode } = await createPairingCode(device.id);
          setCode(pairingCode?.code ?? '');
        })}>{t('pair.make')}</Button>}
      {code && <p class="hint">{t('pair.hint')}</p>}
    </Dialog>
  );
}
