// The fields of display.schema.json, and which control each gets. No DOM.

/** @typedef {'switch'|'choice'|'zone'|'text'|'range'|'number'} Control */
/** @typedef {{path: string, area: string, control: Control, schema: any}} SettingField */

const widestRange = 500;  // from here on a slider is too coarse; a number is typed

/** @param {any} schema of one value @returns {Control} */
export function controlOf(schema) {
  if (schema.type === 'boolean') return 'switch';
  if (schema.enum) return 'choice';
  if (schema.format === 'time-zone') return 'zone';
  if (schema.type === 'string') return 'text';
  return schema.maximum - schema.minimum <= widestRange ? 'range' : 'number';
}

/** All fields in the order of the schema. @returns {SettingField[]} */
export function fieldsOf(schema, prefix = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = prefix + key;
    if (inner.properties) return fieldsOf(inner, `${path}.`);
    return inner['x-area'] ? [{ path, area: inner['x-area'], control: controlOf(inner), schema: inner }] : [];
  });
}

/** What is wrong with a value, as [text key, values]; null: nothing. @param {any} value @returns {[string, object]|null} */
export function complaint(schema, value) {
  if (value === undefined) return null;
  if (schema.type === 'boolean') return typeof value === 'boolean' ? null : ['set.wrong.boolean', {}];
  if (schema.enum) return schema.enum.includes(value) ? null : ['set.wrong.choice', { values: schema.enum.join(', ') }];
  if (schema.type === 'string') return typeof value === 'string' ? null : ['set.wrong.text', {}];
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= schema.minimum && value <= schema.maximum &&
    (schema.type !== 'integer' || Number.isInteger(value));
  return fits ? null : [schema.type === 'integer' ? 'set.wrong.integer' : 'set.wrong.number', { least: schema.minimum, most: schema.maximum }];
}

/** The fields whose label, path or help has every word. @param {SettingField[]} fields @param {(field: SettingField) => string} textOf */
export function found(fields, words, textOf) {
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return fields.filter((field) => {
    const text = `${field.path} ${textOf(field)}`.toLocaleLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
