// The versions of the settings: who changed what and when, and how to go back.
import { useState } from 'preact/hooks';

import { Button, Loading } from '../components/basics.jsx';
import { Dialog } from '../components/dialog.jsx';
import { agoText, timeText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { labelOf, valueText } from './control.jsx';
import { changesOf, listVersions, restoreVersion } from './document.js';

/** "/wallartMode/density" as "wallartMode.density". @param {string} pointer RFC 6901 */
const pathOf = (pointer) => pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');

function Changes({ version }) {
  const { data } = useData(() => changesOf(version), { key: version });
  if (!data) return <p class="hint">{t('loading')}</p>;
  if (data.length === 0) return <p class="hint">{t('history.nothing')}</p>;
  return (
    <ul class="changes">{data.map(({ path = '', before, after }) => (
      <li key={path}><strong>{labelOf(pathOf(path))}</strong>: {valueText(before)} → {valueText(after)}</li>
    ))}</ul>
  );
}

export function History({ onClose, onRestored }) {
  const { data } = useData(listVersions);
  const [open, setOpen] = useState('');
  const [busy, run] = useAction();
  const restore = (version) => run(async () => {
    await restoreVersion(version);
    await onRestored();
    onClose();
    say(t('history.restored', { version }));
  });
  return (
    <Dialog title={t('history.title')} onClose={onClose} wide>
      {!data && <Loading />}
      {data?.length === 0 && <p class="hint">{t('history.none')}</p>}
      <ol class="versions">{(data ?? []).map(({ version = '', author, createdAt }, i) => (
        <li key={version} class="panel">
          <div class="source-head">
            <div><h3>{t('history.version', { version })}{i === 0 && <span class="tag">{t('history.current')}</span>}</h3>
              <p class="hint" title={timeText(createdAt)}>{author || '–'}, {agoText(createdAt)}</p></div>
            <div class="row">
              <Button aria-expanded={open === version} onClick={() => setOpen(open === version ? '' : version)}>{t('history.changes')}</Button>
              {i > 0 && <Button busy={busy} onClick={() => restore(version)}>{t('history.restore')}</Button>}
              {i === 0 && data && data.length > 1 && <Button busy={busy} onClick={() => restore(data[1].version)}>{t('history.undo')}</Button>}
            </div>
          </div>
          {open === version && <Changes version={version} />}
        </li>
      ))}</ol>
    </Dialog>
  );
}
