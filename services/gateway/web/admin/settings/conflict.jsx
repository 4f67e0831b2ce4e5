// Someone else saved meanwhile: both values of every setting that both changed.
import { useState } from 'preact/hooks';

import { Button } from '../components/basics.jsx';
import { Dialog } from '../components/dialog.jsx';
import { t } from '../core/texts.js';
import { labelOf, valueText } from './control.jsx';
import { withValue } from './values.js';

/** @param {{author: string, merged: any, conflicts: {path: string, mine: any, theirs: any}[], onChoose: (body: any) => void, onClose: () => void}} props */
export function Conflict({ author, merged, conflicts, onChoose, onClose }) {
  const [theirs, setTheirs] = useState(/** @type {Set<string>} */ (new Set()));
  const choose = (path, other) => setTheirs((before) => {
    const next = new Set(before);
    if (other) next.add(path);
    else next.delete(path);
    return next;
  });
  const result = () => conflicts.reduce((body, { path, theirs: value }) => (theirs.has(path) ? withValue(body, path, value) : body), merged);
  return (
    <Dialog title={t('conflict.title')} onClose={onClose} wide>
      <p>{t('conflict.text', { author: author || '–' })}</p>
      {conflicts.map(({ path, mine, theirs: value }) => (
        <fieldset key={path} class="choice"><legend>{labelOf(path)}</legend>
          <label><input type="radio" name={path} checked={!theirs.has(path)} onChange={() => choose(path, false)} />{t('conflict.mine', { value: valueText(mine) })}</label>
          <label><input type="radio" name={path} checked={theirs.has(path)} onChange={() => choose(path, true)} />{t('conflict.theirs', { value: valueText(value) })}</label>
        </fieldset>
      ))}
      <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button><Button kind="main" onClick={() => onChoose(result())}>{t('conflict.save')}</Button></div>
    </Dialog>
  );
}
