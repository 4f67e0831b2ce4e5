// The sources: health of each, and adding, changing, disabling and removing them.
import { useState } from 'preact/hooks';

import { Badge, Button, Loading, PageHead } from '../components/basics.jsx';
import { Confirm, Dialog } from '../components/dialog.jsx';
import { agoText, numberText, timeText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { wordsFor } from '../core/words.js';
import { enableSource, listSources, readSources, refreshNow, removeSource } from './document.js';
import { SourceForm } from './editor.jsx';
import { FirstRun } from './first_run.jsx';
import { Kinds, kindName } from './kind_list.jsx';
import { freeName } from './kinds.js';

const againMs = 5_000;
const states = { OK: 'good', STALE: 'warn', FAILED: 'bad', DISABLED: 'idle', UNSPECIFIED: 'idle' };

async function load() {
  const [sources, { entries }] = await Promise.all([listSources(), readSources()]);
  // A source that was just added is not known to the playlist service for a moment.
  const pending = entries.filter(({ name }) => !sources.some((source) => source.name === name))
    .map(({ name, type, url, path }) => ({ name, type, location: url ?? path ?? '', readOnly: false, state: 'SOURCE_STATE_UNSPECIFIED', items: 0 }));
  return { sources: [...sources, ...pending], entries };
}

function Source({ source, busy, onEdit, onEnable, onRemove }) {
  const state = String(source.state).replace('SOURCE_STATE_', '');
  return (
    <li class="panel source" data-source={source.name} data-state={state.toLowerCase()}>
      <div class="source-head">
        <div><h2>{source.name}</h2><p class="hint">{kindName(source.type)}{source.location && ` · ${source.location}`}</p></div>
        <Badge state={states[state] ?? 'idle'}>{t(`source.state.${state}`)}</Badge>
      </div>
      {source.lastError && <p class="notice bad">{source.lastError}</p>}
      {(source.warnings ?? []).map((text) => <p key={text} class="notice warn">{text}</p>)}
      <dl class="facts-list">
        <div><dt>{t('source.titles')}</dt><dd>{numberText(source.items ?? 0)}</dd></div>
        <div><dt>{t('source.lastRead')}</dt><dd title={timeText(source.lastSuccess)}>{agoText(source.lastSuccess) ?? t('never')}</dd></div>
        {(source.libraries ?? []).length > 0 && <div><dt>{t('source.libraries')}</dt><dd>{source.libraries.join(', ')}</dd></div>}
        {source.skipped > 0 && <div><dt>{t('source.skipped')}</dt><dd>{numberText(source.skipped)}</dd></div>}
      </dl>
      {source.readOnly ? <p class="hint">{t('source.readOnly')}</p> : (
        <div class="row" role="group" aria-label={t('source.actions', { name: source.name })}>
          <Button disabled={busy} onClick={onEdit}>{t('edit')}</Button>
          <Button disabled={busy} onClick={onEnable}>{state === 'DISABLED' ? t('source.enable') : t('source.disable')}</Button>
          <Button kind="danger" disabled={busy} onClick={onRemove}>{t('source.remove')}</Button>
        </div>
      )}
    </li>
  );
}

export function SourcesPage() {
  const { data, error, refresh } = useData(load, { everyMs: againMs });
  const [dialog, setDialog] = useState(/** @type {{is: string, type?: string, name?: string}|null} */ (null));
  const [busy, run] = useAction();
  const close = () => setDialog(null);
  const sources = data?.sources ?? [];
  const names = sources.map(({ name }) => name ?? '');
  const entry = data?.entries.find(({ name }) => name === dialog?.name);
  const saved = (text) => async () => { close(); await refresh(); say(text); };
  const onlyDemo = data && data.entries.length === 0 && sources.every(({ readOnly, type }) => readOnly && type === 'local');

  return (
    <>
      <PageHead title={t('nav.sources')} text={t('sources.text')}>
        {sources.length > 0 && <Button busy={busy} onClick={() => run(async () => { await refreshNow(); await refresh(); say(t('sources.refreshing')); })}>{t('sources.refresh')}</Button>}
        <Button kind="main" onClick={() => setDialog({ is: 'kind' })}>{t('sources.add')}</Button>
      </PageHead>
      {!data && !error && <Loading />}
      {!data && error && error.status !== 0 && <p class="notice bad">{wordsFor(error)}</p>}
      {onlyDemo && <FirstRun onChoose={(type) => setDialog({ is: 'add', type })} />}
      <ul class="source-list" id="sources">
        {sources.map((source) => (
          <Source key={source.name} source={source} busy={busy}
            onEdit={() => setDialog({ is: 'edit', name: source.name })} onRemove={() => setDialog({ is: 'remove', name: source.name })}
            onEnable={() => run(async () => { await enableSource(source.name ?? '', source.state === 'SOURCE_STATE_DISABLED'); await refresh(); })} />
        ))}
      </ul>
      {dialog?.is === 'kind' && <Dialog title={t('sources.where')} onClose={close}><Kinds onChoose={(type) => setDialog({ is: 'add', type })} /></Dialog>}
      {dialog?.is === 'add' && (
        <Dialog key={dialog.type} title={t('sources.addKind', { kind: kindName(dialog.type) })} onClose={close} wide>
          <SourceForm entry={{ name: freeName(kindName(dialog.type), names), type: dialog.type }} original="" taken={names} saveLabel={t('sources.addThis')}
            onSaved={saved(t('sources.added'))} onClose={close} />
        </Dialog>
      )}
      {dialog?.is === 'edit' && entry && (
        <Dialog title={t('sources.editOf', { name: entry.name })} onClose={close} wide>
          <SourceForm entry={entry} original={entry.name} taken={names.filter((name) => name !== entry.name)} onSaved={saved(t('sources.saved'))} onClose={close} />
        </Dialog>
      )}
      {dialog?.is === 'remove' && <Confirm title={t('sources.removeTitle', { name: dialog.name ?? '' })} text={t('sources.removeText')} label={t('source.remove')} busy={busy} onClose={close}
        onConfirm={() => run(async () => { await removeSource(dialog.name ?? ''); await saved(t('sources.removed'))(); })} />}
    </>
  );
}
