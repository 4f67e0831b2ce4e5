// Settings of one display alone: those that differ from all displays, and any other one to add.
import { useState } from 'preact/hooks';

import { Button, Field, Select } from '../components/basics.jsx';
import { useAction } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { labelOf, Setting, ZoneList } from '../settings/control.jsx';
import { complaint } from '../settings/fields.js';
import { fields, paths } from '../settings/schema.js';
import { unknownPart, valueAt, withUnknownPart, withValue } from '../settings/values.js';
import { updateDevice } from './api.js';
import { objectIn } from './json.js';

/** The value that a setting has when it is added: its default, or the first possible one. */
function firstValue({ default: preset, type, enum: words, minimum }) {
  if (preset !== undefined) return preset;
  if (words) return words[0];
  if (type === 'boolean') return true;
  return type === 'string' ? '' : minimum;
}

export function Override({ device, onSaved }) {
  const before = device.settingsOverride ?? {};
  const [body, setBody] = useState(before);
  const [rest, setRest] = useState(() => JSON.stringify(unknownPart(before, paths), null, 2));
  const [busy, run] = useAction();
  const other = objectIn(rest);
  const shown = fields.filter(({ path }) => valueAt(body, path) !== undefined || valueAt(before, path) !== undefined);
  const free = fields.filter((field) => !shown.includes(field));
  const invalid = other === null || fields.some(({ path, schema }) => complaint(schema, valueAt(body, path)));
  const next = other === null ? body : withUnknownPart(body, paths, other);
  const changed = JSON.stringify(next) !== JSON.stringify(before);
  return (
    <section class="panel" aria-labelledby="override-title" id="override">
      <h2 id="override-title">{t('display.override')}</h2>
      <p class="hint">{t('display.override.text')}</p>
      <div class="settings">
        {shown.map((field) => <Setting key={field.path} field={field} value={valueAt(body, field.path)} saved={valueAt(before, field.path)}
          onChange={(value) => setBody((now) => withValue(now, field.path, value))} />)}
      </div>
      <ZoneList />
      <Select label={t('display.override.add')} value="" name="override-add" onChange={(path) => {
        const field = fields.find((each) => each.path === path);
        if (field) setBody((now) => withValue(now, path, firstValue(field.schema)));
      }} options={[['', t('display.override.choose')], ...free.map(({ path, area }) => /** @type {[string, string]} */ ([path, `${t(`set.area.${area}`)}: ${labelOf(path)}`]))]} />
      <details><summary>{t('set.unknown')}</summary>
        <Field label={t('set.unknown')} hint={t('set.unknown.text')} error={other === null ? t('json.invalid') : ''}>
          {(common) => <textarea {...common} spellcheck={false} value={rest} onInput={(event) => setRest(event.currentTarget.value)} />}
        </Field>
      </details>
      <div><Button kind="main" busy={busy} disabled={invalid || !changed} onClick={() => run(async () => {
        await updateDevice(device, { settingsOverride: next });
        await onSaved();
        say(t('display.saved'));
      })}>{t('save')}</Button></div>
    </section>
  );
}
