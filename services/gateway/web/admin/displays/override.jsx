// Settings of one display alone, as JSON.
import { useState } from 'preact/hooks';

import { Button, Field } from '../components/basics.jsx';
import { useAction } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { updateDevice } from './api.js';

/** The object in a text; null if it is none. @param {string} text */
export function objectIn(text) {
  try {
    const value = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

export function Override({ device, onSaved }) {
  const before = JSON.stringify(device.settingsOverride ?? {}, null, 2);
  const [text, setText] = useState(before);
  const [busy, run] = useAction();
  const value = objectIn(text);
  return (
    <section class="panel" aria-labelledby="override-title">
      <h2 id="override-title">{t('display.override')}</h2>
      <Field label="JSON" hint={t('display.override.text')} error={value === null ? t('json.invalid') : ''}>
        {(common) => <textarea {...common} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      <div><Button kind="main" busy={busy} disabled={value === null || text === before} onClick={() => run(async () => {
        await updateDevice(device, { settingsOverride: value });
        await onSaved();
        say(t('display.saved'));
      })}>{t('save')}</Button></div>
    </section>
  );
}
