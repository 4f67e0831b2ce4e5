// The settings of this screen from three sources: the server's document (/get-config), pushed
// changes (apply-settings), and settings tried with the command settings.apply. For each top-level
// key the latest value applies.

export class Settings {
  constructor() {
    this.served = {};  // from the server, by /get-config or pushed
    this.tried = {};  // from settings.apply; valid until the server sends another value or the page ends
  }

  get current() {
    return merged(this.served, this.tried);
  }

  /** The complete response of /get-config. */
  fetched(config) {
    for (const key of new Set([...Object.keys(config), ...Object.keys(this.served)])) {
      if (JSON.stringify(config[key]) !== JSON.stringify(this.served[key])) delete this.tried[key];
    }
    this.served = config;
  }

  /**
   * The payload of apply-settings: the changed top-level keys, each complete. null stands for a
   * key, at any depth, that is no longer set.
   */
  pushed(changes) {
    const served = { ...this.served };
    for (const key of Object.keys(changes)) {
      const value = withoutNulls(changes[key]);
      if (value === null) delete served[key];
      else served[key] = value;
      delete this.tried[key];
    }
    this.served = served;
  }

  /** Complete settings that are tried in a preview, in place of the server's. */
  previewed(whole) {
    this.served = whole;
    this.tried = {};
  }

  /** The payload of settings.apply: a part that is merged into the current settings. */
  applied(part) {
    this.tried = merged(this.tried, part);
  }
}

/** Plain objects are merged, everything else is replaced. */
export function merged(base, over) {
  const out = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) {
    const both = isObject(value) && isObject(out[key]);
    out[key] = both ? merged(out[key], value) : value;
  }
  return out;
}

function withoutNulls(value) {
  if (!isObject(value)) return value;
  const out = {};
  for (const [key, inner] of Object.entries(value)) {
    const kept = withoutNulls(inner);
    if (kept !== null) out[key] = kept;
  }
  return out;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
