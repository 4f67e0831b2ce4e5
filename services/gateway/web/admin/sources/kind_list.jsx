// The kinds of sources, to choose one.
import { t } from '../core/texts.js';
import { kinds } from './kinds.js';

/** @param {string|undefined} type */
export const kindName = (type) => kinds[type ?? '']?.name || t(`kind.${type}`);

export function Kinds({ onChoose }) {
  return (
    <ul class="kinds">
      {Object.keys(kinds).map((type) => (
        <li key={type}><button type="button" class="kind" data-kind={type} onClick={() => onChoose(type)}>
          <strong>{kindName(type)}</strong><span class="hint">{t(`kind.${type}.text`)}</span></button></li>
      ))}
    </ul>
  );
}
