// Documents of settings as nested objects, read and changed by dotted paths. Nothing is changed in
// place. No DOM.

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined: not set. @param {any} body @param {string} path */
export const valueAt = (body, path) => path.split('.').reduce((inner, key) => (isObject(inner) ? inner[key] : undefined), body);

/** A copy with the value at a path; undefined removes it, and objects that become empty. @returns {any} */
export function withValue(body, path, value) {
  const [key, ...rest] = path.split('.');
  const copy = { ...body };
  if (rest.length > 0) {
    const inner = withValue(isObject(copy[key]) ? copy[key] : {}, rest.join('.'), value);
    if (Object.keys(inner).length === 0 && value === undefined) delete copy[key];
    else copy[key] = inner;
  } else if (value === undefined) {
    delete copy[key];
  } else {
    copy[key] = value;
  }
  return copy;
}

/** All values by path: objects are descended, lists and null are values. @returns {Map<string, any>} */
export function leavesOf(body, prefix = '', into = new Map()) {
  for (const [key, value] of Object.entries(body ?? {})) {
    if (isObject(value) && Object.keys(value).length > 0) leavesOf(value, `${prefix}${key}.`, into);
    else into.set(prefix + key, value);
  }
  return into;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The paths whose values differ, sorted. @returns {string[]} */
export function changedPaths(before, after) {
  const old = leavesOf(before);
  const now = leavesOf(after);
  return [...new Set([...old.keys(), ...now.keys()])].filter((path) => !same(old.get(path), now.get(path))).sort();
}

/** The part of a document that no field describes. @param {any} body @param {string[]} known paths of the fields */
export function unknownPart(body, known) {
  let rest = body ?? {};
  for (const path of known) {
    if (valueAt(rest, path) !== undefined) rest = withValue(rest, path, undefined);
  }
  return rest;
}

/** Replaces the part that no field describes. */
export function withUnknownPart(body, known, part) {
  let out = part;
  for (const path of known) {
    const value = valueAt(body, path);
    if (value !== undefined) out = withValue(out, path, value);
  }
  return out;
}

/**
 * My changes on top of what someone else saved meanwhile.
 * @param {any} base what I started from @param {any} mine @param {any} theirs the current version
 * @returns {{merged: any, conflicts: {path: string, mine: any, theirs: any}[]}} conflicts: both changed the
 *   value, differently; merged has mine there
 */
export function mergedChanges(base, mine, theirs) {
  const others = new Set(changedPaths(base, theirs));
  let merged = theirs;
  const conflicts = [];
  for (const path of changedPaths(base, mine)) {
    const value = valueAt(mine, path);
    const other = valueAt(theirs, path);
    if (others.has(path) && !same(value, other)) conflicts.push({ path, mine: value, theirs: other });
    merged = withValue(merged, path, value);
  }
  return { merged, conflicts };
}

/** Objects merged at every depth; everything else is replaced. */
export function overlaid(base, over) {
  const out = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) out[key] = isObject(value) && isObject(out[key]) ? overlaid(out[key], value) : value;
  return out;
}

/** The defaults of all fields as a document. @param {{path: string, schema: any}[]} fields */
export function defaultsOf(fields) {
  return fields.reduce((body, { path, schema }) => (schema.default === undefined ? body : withValue(body, path, schema.default)), {});
}
