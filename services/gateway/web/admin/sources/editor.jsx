// The form of a source: where it is, a test in words, its libraries, filter and limits.
import { useState } from 'preact/hooks';

import { Button, Check, Field, PasswordField, Select } from '../components/basics.jsx';
import { useAction } from '../core/hooks.js';
import { known, t } from '../core/texts.js';
import { wordsFor } from '../core/words.js';
import { listLibraries, saveSource, testSource } from './document.js';
import { addressOf, filterFields, kinds, mask, missing, targetOf, tidied } from './kinds.js';

function TextFields({ entry, errors, set }) {
  return kinds[entry.type].fields.filter(({ type }) => type !== 'libraries').map((field) => {
    const { key, type, options, required } = field;
    const common = { label: t(`field.${key}`), error: errors.includes(key) ? t('field.missing') : '', name: key,
      hint: known(`field.${key}.${entry.type}`) ? t(`field.${key}.${entry.type}`) : '',
      value: entry[key] ?? '', onInput: (event) => set({ [key]: event.currentTarget.value }) };
    if (type === 'secret') {
      const kept = entry[key] === mask;
      return <PasswordField key={key} {...common} value={kept ? '' : common.value} placeholder={kept ? t('field.kept') : ''} autocomplete="off" />;
    }
    if (type === 'choice') {
      return <Select key={key} label={common.label} value={entry[key] ?? options[0]} onChange={(value) => set({ [key]: value })}
        options={options.map((option) => [option, t(`category.${option}`)])} />;
    }
    return <Field key={key} {...common} required={required} spellcheck={false} autocomplete="off"
      onBlur={() => { if (type === 'url' && entry.url) set({ url: addressOf(entry.url, kinds[entry.type].port) }); }} />;
  });
}

function Libraries({ entry, libraries, set }) {
  const fields = kinds[entry.type].fields.filter(({ type }) => type === 'libraries');
  if (fields.length === 0 || libraries === null) return null;
  return fields.map(({ key, kinds: fit, byKey }) => {
    const chosen = entry[key] ?? [];
    const offered = libraries.filter(({ type }) => fit.includes(type ?? ''));
    const idOf = (library) => (byKey ? library.key : library.name) ?? '';
    const gone = chosen.filter((name) => !offered.some((library) => idOf(library) === name));
    if (offered.length === 0 && gone.length === 0) return null;
    const toggle = (name, on) => set({ [key]: on ? [...chosen, name] : chosen.filter((each) => each !== name) });
    return (
      <fieldset key={key} class="picks"><legend>{t(`field.${key}`)}</legend>
        {offered.map((library) => (
          <Check key={library.key} checked={chosen.includes(idOf(library))} onChange={(on) => toggle(idOf(library), on)}
            label={<>{library.name} {(library.items ?? -1) >= 0 && <span class="count">{t('titles', { n: library.items })}</span>}</>} />
        ))}
        {gone.map((name) => <Check key={name} checked onChange={() => toggle(name, false)} label={<>{name} <span class="count">{t('sources.libraryGone')}</span></>} />)}
      </fieldset>
    );
  });
}

function Filters({ entry, set }) {
  const filter = entry.filter ?? {};
  const change = (key, value) => set({ filter: { ...filter, [key]: value } });
  return (
    <details><summary>{t('sources.filter')}</summary>
      <div class="grid-2">
        {filterFields.map(({ key, hint, list, number }) => (
          <Field key={key} label={t(`filter.${key}`)} hint={hint ? t(`filter.${key}.hint`) : ''} type={number ? 'number' : 'text'} min={0} max={10} step="0.1"
            value={list ? (filter[key] ?? []).join(', ') : filter[key] ?? ''}
            onChange={(event) => {
              const text = event.currentTarget.value.trim();
              if (list) change(key, text.split(',').map((part) => part.trim()).filter(Boolean));
              else change(key, number && text !== '' ? Number(text) : text);
            }} />
        ))}
      </div>
    </details>
  );
}

/** Tests and lists the libraries. @returns {Promise<{outcome: {success: boolean, message: string}, libraries: any[]|null}>} */
async function tried(entry, original) {
  const target = targetOf(entry, original);
  const { success = false, message = '' } = await testSource(target);
  const withLibraries = kinds[entry.type].fields.some(({ type }) => type === 'libraries');
  return { outcome: { success, message }, libraries: success && withLibraries ? await listLibraries(target) : null };
}

/**
 * @param {{entry: any, original: string, taken: string[], onSaved: () => Promise<void>, onClose: () => void, saveLabel?: string}} props
 *   original: name of the entry in the document, '' if it is new; taken: names of other sources
 */
export function SourceForm({ entry: start, original, taken, onSaved, onClose, saveLabel = t('save') }) {
  const [entry, setEntry] = useState(start);
  const [errors, setErrors] = useState(/** @type {string[]} */ ([]));
  const [result, setResult] = useState(/** @type {{outcome: any, libraries: any[]|null}|null} */ (null));
  const [testing, runTest] = useAction();
  const [saving, runSave] = useAction();
  const set = (change) => setEntry((before) => ({ ...before, ...change }));
  const complete = () => {
    const gaps = missing(entry);
    setErrors(gaps);
    return gaps.length === 0;
  };
  const ready = () => ({ ...entry, url: entry.url && addressOf(entry.url, kinds[entry.type].port) });
  const test = () => complete() && runTest(async () => {
    setResult(null);
    try {
      const now = await tried(ready(), original);
      setResult(now);
      if (now.libraries && original === '') set(suggested(entry, now.libraries));
    } catch (error) {
      if (error.status === 0) throw error;
      setResult({ outcome: { success: false, message: wordsFor(error) }, libraries: null });
    }
  });
  const save = (event) => {
    event.preventDefault();
    if (complete()) runSave(async () => { await saveSource(tidied(ready()), original); await onSaved(); });
  };
  const twice = taken.includes(entry.name);
  return (
    <form class="stack source-form" onSubmit={save} noValidate>
      <Field label={t('field.name')} name="name" value={entry.name} maxLength={128} error={twice ? t('field.taken') : errors.includes('name') ? t('field.missing') : ''}
        onInput={(event) => set({ name: event.currentTarget.value })} />
      <TextFields entry={entry} errors={errors} set={set} />
      {(entry.url ?? '').startsWith('https://') && <Check label={t('field.insecure_tls')} checked={entry.insecure_tls === true} onChange={(on) => set({ insecure_tls: on })} />}
      <div><Button id="test" busy={testing} onClick={test}>{t('sources.test')}</Button></div>
      <div role="status" aria-live="polite" id="test-result">
        {testing && <p class="hint">{t('sources.testing')}</p>}
        {result && <p class={result.outcome.success ? 'notice good' : 'notice bad'}>{result.outcome.message}</p>}
      </div>
      <Libraries entry={entry} libraries={result?.libraries ?? null} set={set} />
      {result?.libraries?.length === 0 && <p class="notice warn">{t('sources.noLibraries')}</p>}
      <Filters entry={entry} set={set} />
      <div class="dialog-actions">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" kind="main" busy={saving} disabled={twice}>{saveLabel}</Button>
      </div>
    </form>
  );
}

/** All libraries of a new source, because most people want all of them. */
function suggested(entry, libraries) {
  const change = {};
  for (const { key, kinds: fit, type, byKey } of kinds[entry.type].fields) {
    if (type !== 'libraries' || (entry[key] ?? []).length > 0) continue;
    change[key] = libraries.filter((library) => fit.includes(library.type ?? '')).map((library) => (byKey ? library.key : library.name));
  }
  return change;
}
