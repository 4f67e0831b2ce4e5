// Displays that wait for a decision: for approval, of another installation, perhaps the same as
// another record. Each table is hidden while it is empty.

import { agoText } from './rows.js';

/** A row: its cells, and its buttons as { label, path, body }. */
export function waitingRow(device, now) {
  return { cells: [device.name || device.id, device.location || '–', device.approvalCode || '–', agoText(device.createdAt, now)],
    actions: [{ label: 'Approve', path: `/api/devices/${encodeURIComponent(device.id)}/approve`, body: {} }] };
}

export function unknownRow(display, now) {
  const names = [display.key];
  return { cells: [display.deviceId, display.address || '–', display.issuedHere ? 'this one, earlier' : 'another one', agoText(display.lastSeenAt, now)],
    actions: [{ label: 'Adopt', path: '/api/devices/unknown/adopt', body: { names } },
      { label: 'Reject', path: '/api/devices/unknown/reject', body: { names } }] };
}

export function resemblingRow(pair, now) {
  const mergeable = pair.originalExists && !pair.originalConnected;
  const why = pair.originalConnected ? ' (connected: it is another display)' : '';
  return { cells: [pair.name || pair.deviceId,
    pair.originalExists ? `${pair.originalName || pair.perhapsSameAs}${why}` : 'deleted', agoText(pair.createdAt, now)],
  actions: mergeable ? [{ label: 'Merge', path: '/api/devices/resembling/merge', body: { deviceIds: [pair.deviceId] } }] : [] };
}

/** What one decision about all rows of a table would be; null: there is too little to decide. */
export function allAction(id, rows) {
  const open = rows.filter(({ actions }) => actions.length > 0);
  if (open.length < 2) return null;
  const body = { all: true };
  if (id === 'unknown') return { label: `Adopt all ${open.length}`, path: '/api/devices/unknown/adopt', body };
  if (id === 'resembling') return { label: `Merge all ${open.length}`, path: '/api/devices/resembling/merge', body };
  return null;
}

/** What became of a decision, for the line at the top. */
export function outcomeText({ status, body }) {
  if (status !== 200) return String(body.message ?? body.error ?? `That did not work (${status}).`);
  const done = [['approved', 'approved'], ['adopted', 'adopted'], ['rejected', 'rejected'], ['merged', 'merged']]
    .filter(([key]) => Number.isInteger(body[key])).map(([key, word]) => `${body[key]} ${word}.`);
  if (body.connected?.length) done.push(`${body.connected.length} left alone: the other record's display is connected.`);
  if (body.missing?.length) done.push(`${body.missing.length} no longer there.`);
  return done.join(' ');
}

function button(action, decide) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: action.label });
  made.addEventListener('click', () => decide(action, made));
  return made;
}

/** Shows `rows` in the section `id`. `decide` is called with the action and the button of it. */
export function showDecisions(id, rows, decide) {
  const section = document.getElementById(id);
  section.hidden = rows.length === 0;
  section.querySelector('tbody').replaceChildren(...rows.map(({ cells, actions }) => {
    const row = document.createElement('tr');
    row.append(...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
    const last = document.createElement('td');
    last.append(...actions.map((action) => button(action, decide)));
    row.append(last);
    return row;
  }));
  const all = allAction(id, rows);
  section.querySelector('.all').replaceChildren(...(all === null ? [] : [button(all, decide)]));
}
