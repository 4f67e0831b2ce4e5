import { chooseLanguage, language, languages, t } from '../core/texts.js';

export function LanguageChoice() {
  return (
    <select class="language" aria-label={t('language')} value={language.value}
      onChange={(event) => chooseLanguage(event.currentTarget.value)}>
      {Object.entries(languages).map(([key, name]) => <option key={key} value={key} lang={key}>{name}</option>)}
    </select>
  );
}
