// The notice while the server does not respond, as [text key, values]. No DOM.

/** @param {number|null} since when the data shown were read, in ms; null: there are none @returns {[string, object]} */
export function awayNotice(since, now) {
  if (since === null) return ['away.never', {}];
  const minutes = Math.floor((now - since) / 60_000);
  return minutes < 1 ? ['away.short', {}] : ['away.long', { n: minutes }];
}
