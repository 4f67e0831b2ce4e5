// The question of a new installation: where are the posters? Shown while only the demo is read.
import { serverUrl } from '../../shared/base.js';
import { t } from '../core/texts.js';
import { Kinds } from './kind_list.jsx';

export function FirstRun({ onChoose }) {
  return (
    <section class="panel first-run" aria-labelledby="first-title">
      <h2 id="first-title">{t('first.title')}</h2>
      <p>{t('first.text')}</p>
      <Kinds onChoose={onChoose} />
      <p class="hint">{t('first.demo')} <a href={serverUrl('/wallart')} target="_blank" rel="noreferrer">{t('first.wall')}</a></p>
    </section>
  );
}
