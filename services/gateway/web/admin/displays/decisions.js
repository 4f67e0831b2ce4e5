// Displays that wait for a decision: for approval, of another installation, perhaps the same as
// another record. No DOM; the words are text keys with values.

/** @typedef {'approve'|'adopt'|'reject'|'merge'} Act */
/** @typedef {{cells: (string|{key: string, values?: object}|{ago: string|undefined})[], actions: {act: Act, names: string[]}[]}} Row */

/** @returns {Row} */
export function waitingRow(device) {
  return { cells: [device.name || device.id, device.location || '–', device.approvalCode || '–', { ago: device.createdAt }],
    actions: [{ act: 'approve', names: [device.id] }] };
}

/** @returns {Row} */
export function unknownRow(display) {
  const names = [display.key];
  return { cells: [display.deviceId, display.address || '–',
    { key: display.issuedHere ? 'decide.issued.here' : 'decide.issued.elsewhere' }, { ago: display.lastSeenAt }],
  actions: [{ act: 'adopt', names }, { act: 'reject', names }] };
}

/** @returns {Row} */
export function resemblingRow(pair) {
  const mergeable = pair.originalExists && !pair.originalConnected;
  const name = pair.originalName || pair.perhapsSameAs;
  let original = name;
  if (!pair.originalExists) original = { key: 'decide.deleted' };
  else if (pair.originalConnected) original = { key: 'decide.connected', values: { name } };
  return { cells: [pair.name || pair.deviceId, original, { ago: pair.createdAt }],
    actions: mergeable ? [{ act: 'merge', names: [pair.deviceId] }] : [] };
}

/**
 * What one decision about all rows of a table would be; null: there is too little to decide.
 * @param {'waiting'|'unknown'|'resembling'} kind @param {{actions: object[]}[]} rows
 * @returns {{act: Act, all: true, count: number}|null}
 */
export function allAction(kind, rows) {
  const open = rows.filter(({ actions }) => actions.length > 0);
  if (open.length < 2 || kind === 'waiting') return null;
  return { act: kind === 'unknown' ? 'adopt' : 'merge', all: true, count: open.length };
}

/** What became of a decision, as [text key, values]. @param {any} body of the response @param {Act} act @returns {[string, {n: number}][]} */
export function outcomeOf(body, act) {
  /** @type {[string, {n: number}][]} */
  const done = [];
  const number = { approve: body.devices?.length, adopt: body.devices?.length, reject: body.rejected, merge: body.merged }[act];
  if (Number.isInteger(number)) done.push([`decide.done.${act}`, { n: number }]);
  if (body.connected?.length) done.push(['decide.left', { n: body.connected.length }]);
  const missing = [...(body.missing ?? []), ...(body.ambiguous ?? [])];
  if (missing.length) done.push(['decide.missing', { n: missing.length }]);
  return done;
}
