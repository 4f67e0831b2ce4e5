// The texts of the control room: one file per language in texts/. The browser's language is used
// until another one is chosen.
import { computed, signal } from '@preact/signals';

import { keep, recall } from '../../shared/storage.js';
import de from '../texts/de.js';
import en from '../texts/en.js';
import { chosenLanguage, filled } from './fill.js';
import { locale } from './locale.js';

const texts = { en, de };
const storedAt = 'marquee.language';

export const languages = { en: 'English', de: 'Deutsch' };
export const language = signal('en');
const plurals = computed(() => new Intl.PluralRules(language.value));

export function startLanguage() {
  const stored = recall(storedAt);
  setLanguage(stored in texts ? stored : chosenLanguage(navigator.languages ?? [], Object.keys(texts)));
}

/** @param {string} name */
export function setLanguage(name) {
  language.value = name;
  locale.name = name;
  document.documentElement.lang = name;
}

/** @param {string} name */
export function chooseLanguage(name) {
  setLanguage(name);
  keep(storedAt, name);
}

/**
 * A text with its values filled in: "{name}" is replaced by values.name. A text with the forms
 * `one` and `other` is chosen by values.n.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  return filled(texts[language.value][key] ?? key, values, plurals.value);
}

/** Whether a text exists. @param {string} key */
export const known = (key) => key in texts.en;
