// The control of one setting, made from its schema.
import { Button, Check, Field, Select } from '../components/basics.jsx';
import { known, t } from '../core/texts.js';
import { complaint } from './fields.js';

export const labelOf = (path) => (known(`set.${path}`) ? t(`set.${path}`) : path);
const helpOf = (path) => (known(`set.${path}.help`) ? t(`set.${path}.help`) : '');
const wordOf = (path, word) => (known(`set.word.${word}`) ? t(`set.word.${word}`) : word);

/** A value in words, for lists of changes. @param {any} value */
export function valueText(value) {
  if (value === undefined) return t('set.unset');
  if (typeof value === 'boolean') return t(value ? 'set.on' : 'set.off');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function zones() {
  return ['auto', ...(Intl.supportedValuesOf?.('timeZone') ?? [])];
}

function Input({ field, value, onChange }) {
  const { path, control, schema } = field;
  const shown = value ?? schema.default;
  const wrong = complaint(schema, value);
  const common = { label: labelOf(path), hint: helpOf(path), error: wrong ? t(...wrong) : '', name: path };
  const typed = (event) => {
    const text = event.currentTarget.value;
    onChange(text === '' ? undefined : Number(text));
  };
  if (control === 'switch') return <Check label={common.label} hint={common.hint} name={path} checked={shown === true} onChange={onChange} />;
  if (control === 'choice') {
    return <Select {...common} value={shown ?? ''} onChange={(word) => onChange(word === '' ? undefined : word)}
      options={[...(schema.default === undefined ? [/** @type {[string, string]} */ (['', t('set.unset')])] : []), ...schema.enum.map((word) => [word, wordOf(path, word)])]} />;
  }
  if (control === 'zone') {
    return <Field {...common} value={shown ?? ''} list="zones" autocomplete="off" onChange={(event) => onChange(event.currentTarget.value || undefined)} />;
  }
  if (control === 'text') {
    return <Field {...common} value={shown ?? ''} placeholder={t('set.unset')} onInput={(event) => onChange(event.currentTarget.value || undefined)} />;
  }
  const limits = { min: schema.minimum, max: schema.maximum, step: schema.type === 'integer' ? 1 : 'any' };
  if (control === 'number') return <Field {...common} {...limits} type="number" value={shown ?? ''} placeholder={t('set.unset')} onInput={typed} />;
  return (
    <Field {...common}>
      {(attributes) => (
        <span class="range">
          <input type="range" {...limits} step={1} value={shown ?? schema.minimum} aria-label={t('set.slider', { label: common.label })} onInput={typed} />
          <input {...attributes} type="number" name={path} {...limits} value={shown ?? ''} onInput={typed} />
        </span>
      )}
    </Field>
  );
}

/** @param {{field: import('./fields.js').SettingField, value: any, saved: any, onChange: (value: any) => void}} props value undefined: the default */
export function Setting({ field, value, saved, onChange }) {
  const unsaved = JSON.stringify(value) !== JSON.stringify(saved);
  return (
    <div class={unsaved ? 'setting unsaved' : 'setting'} data-setting={field.path}>
      <Input field={field} value={value} onChange={onChange} />
      {(value !== undefined || unsaved) && <p class="setting-marks">
        {value !== undefined && <span class="tag">{t('set.changed')}</span>}
        {unsaved && <span class="tag">{t('set.unsaved')}</span>}
        {value !== undefined && <Button class="small" onClick={() => onChange(undefined)} aria-label={t('set.resetOf', { label: labelOf(field.path) })}>{t('set.reset')}</Button>}
      </p>}
    </div>
  );
}

export const ZoneList = () => <datalist id="zones">{zones().map((zone) => <option key={zone} value={zone} />)}</datalist>;
