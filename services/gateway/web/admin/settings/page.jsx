// The settings of all displays: one control per setting, a live preview, history and conflicts.
import { useEffect, useState } from 'preact/hooks';

import { Button, Empty, Field, Loading, PageHead } from '../components/basics.jsx';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { wordsFor } from '../core/words.js';
import { Conflict } from './conflict.jsx';
import { labelOf, Setting, ZoneList } from './control.jsx';
import { readDisplaySettings, saveDisplaySettings } from './document.js';
import { complaint, found } from './fields.js';
import { History } from './history.jsx';
import { Preview } from './preview.jsx';
import { defaults, fields, paths } from './schema.js';
import { changedPaths, mergedChanges, overlaid, unknownPart, valueAt, withUnknownPart, withValue } from './values.js';

const areas = [...new Set(fields.map(({ area }) => area))];
const textOf = ({ path }) => labelOf(path);

/** Keys that no field describes, as JSON. */
function Unknown({ body, onChange }) {
  const text = JSON.stringify(unknownPart(body, paths), null, 2);
  const [typed, setTyped] = useState(text);
  const [wrong, setWrong] = useState(false);
  useEffect(() => setTyped(text), [text]);
  const take = () => {
    try {
      const part = JSON.parse(typed.trim() || '{}');
      if (typeof part !== 'object' || part === null || Array.isArray(part)) throw new TypeError();
      setWrong(false);
      onChange(withUnknownPart(body, paths, part));
    } catch {
      setWrong(true);
    }
  };
  return (
    <details class="panel"><summary>{t('set.unknown')}</summary>
      <Field label={t('set.unknown')} hint={t('set.unknown.text')} error={wrong ? t('json.invalid') : ''}>
        {(common) => <textarea {...common} spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} onBlur={take} />}
      </Field>
    </details>
  );
}

function Form({ saved, onReload }) {
  const [base, setBase] = useState(saved);
  const [body, setBody] = useState(saved.body);
  const [words, setWords] = useState('');
  const [history, setHistory] = useState(false);
  const [conflict, setConflict] = useState(/** @type {any} */ (null));
  const [busy, run] = useAction();
  const changes = changedPaths(base.body, body);
  const invalid = fields.filter(({ path, schema: rule }) => complaint(rule, valueAt(body, path)));
  const shown = found(fields, words, textOf);

  useEffect(() => {
    const guard = (event) => { if (changes.length > 0) event.preventDefault(); };
    addEventListener('beforeunload', guard);
    return () => removeEventListener('beforeunload', guard);
  }, [changes.length]);

  const store = async (next, etag) => {
    await saveDisplaySettings(next, etag);
    setConflict(null);
    await onReload();
    say(t('set.saved'));
  };
  const save = (next = body, from = base) => run(async () => {
    try {
      await store(next, from.etag);
    } catch (error) {
      if (error.status !== 409) throw error;
      const now = await readDisplaySettings();
      const { merged, conflicts } = mergedChanges(from.body, next, now.body);
      if (conflicts.length === 0) await store(merged, now.etag);
      else setConflict({ now, merged, conflicts });
    }
  });
  const keep = (chosen) => {
    setBase(conflict.now);
    setBody(chosen);
    save(chosen, conflict.now);
  };

  return (
    <>
      <PageHead title={t('nav.settings')} text={t('set.text')}>
        <Button onClick={() => setHistory(true)}>{t('history.title')}</Button>
      </PageHead>
      <div class="settings-layout">
      <Preview settings={overlaid(defaults, body)} />
      <div class="stack">
      <div class="filters" role="search">
        <input type="search" aria-label={t('set.search')} placeholder={t('set.search')} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      </div>
      <form id="settings" class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (changes.length > 0 && invalid.length === 0) save(); }}>
        {shown.length === 0 && <Empty title={t('set.nothing')} text={t('set.nothing.text')} />}
        {areas.map((area) => {
          const inside = shown.filter((field) => field.area === area);
          return inside.length > 0 && (
            <section key={area} class="panel" aria-labelledby={`area-${area}`}>
              <h2 id={`area-${area}`}>{t(`set.area.${area}`)}</h2>
              <div class="settings">
                {inside.map((field) => <Setting key={field.path} field={field} value={valueAt(body, field.path)} saved={valueAt(base.body, field.path)}
                  onChange={(value) => setBody((before) => withValue(before, field.path, value))} />)}
              </div>
            </section>
          );
        })}
        <Unknown body={body} onChange={setBody} />
        <ZoneList />
        {changes.length > 0 && (
          <div class="save-bar" role="group" aria-label={t('set.unsaved')}>
            <span>{invalid.length > 0 ? t('set.invalid', { n: invalid.length }) : t('set.changes', { n: changes.length })}</span>
            <Button onClick={() => setBody(base.body)}>{t('set.discard')}</Button>
            <Button kind="main" type="submit" busy={busy} disabled={invalid.length > 0}>{t('save')}</Button>
          </div>
        )}
      </form>
      </div>
      </div>
      {history && <History onClose={() => setHistory(false)} onRestored={onReload} />}
      {conflict && <Conflict author={conflict.now.author} merged={conflict.merged} conflicts={conflict.conflicts} onChoose={keep} onClose={() => setConflict(null)} />}
    </>
  );
}

export function SettingsPage() {
  const { data, error, refresh } = useData(() => readDisplaySettings());
  if (!data) return error && error.status !== 0 ? <p class="notice bad">{wordsFor(error)}</p> : <Loading rows={8} />;
  return <Form key={data.version} saved={data} onReload={refresh} />;
}
