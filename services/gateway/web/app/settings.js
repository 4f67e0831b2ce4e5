// The settings of this screen, out of three places: the server's document (/get-config), what the
// server pushes when it changes (apply-settings), and what a person tries out by the command
// settings.apply. The last statement about a top-level key is in force.

export class Settings {
  constructor() {
    this.served = {};  // the server's word, by /get-config or pushed
    this.tried = {};   // of settings.apply; until the server says something else, or the page ends
  }

  get current() {
    return merged(this.served, this.tried);
  }

  /** The answer of /get-config, complete. */
  fetched(config) {
    for (const key of new Set([...Object.keys(config), ...Object.keys(this.served)])) {
      if (JSON.stringify(config[key]) !== JSON.stringify(this.served[key])) delete this.tried[key];
    }
    this.served = config;
  }

  /**
   * The payload of apply-settings: what changed, each top-level key whole. null is for a key, at any
   * depth, that is set no longer.
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

  /** The payload of settings.apply: a part, laid over what is there. */
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
