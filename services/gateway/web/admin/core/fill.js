// Texts with values, and the choice of a language. No DOM.

/**
 * Replaces "{name}" by values.name; of a text with the forms `one` and `other`, values.n chooses.
 * @param {string|{one: string, other: string}} text
 * @param {Record<string, string|number>} values
 * @param {Intl.PluralRules} rules
 */
export function filled(text, values, rules) {
  const form = typeof text === 'string' ? text : text[rules.select(Number(values.n))] ?? text.other;
  return form.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The first of the wanted languages (preferred first) that exists. @param {readonly string[]} wanted @param {string[]} existing */
export function chosenLanguage(wanted, existing) {
  for (const tag of wanted) {
    const short = tag.slice(0, 2).toLowerCase();
    if (existing.includes(short)) return short;
  }
  return 'en';
}
