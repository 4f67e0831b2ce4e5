// Displays as the pages show them: state, filter, image. No DOM.

/** @typedef {{id: string, name: string, location: string, groups: string[], tags: string[], profileId: string, presence: string,
 *   lastSeenAt?: string, clientInfo?: any, currentState?: any, settingsOverride?: any, etag: string, [key: string]: any}} Device */
/** @typedef {'live'|'online'|'offline'|'unknown'} State */

/** live: open socket; online: recent heartbeat. @param {Device} device @returns {State} */
export function stateOf(device) {
  if (device.presence === 'PRESENCE_LIVE') return 'live';
  if (device.presence === 'PRESENCE_ONLINE' || device.presence === 'PRESENCE_STALE') return 'online';
  return device.presence === 'PRESENCE_OFFLINE' ? 'offline' : 'unknown';
}

/** @param {State} state @returns {'good'|'warn'|'bad'|'idle'} */
export function badgeOf(state) {
  return /** @type {const} */ ({ live: 'good', online: 'good', offline: 'bad', unknown: 'idle' })[state];
}

/** @param {Device} device */
export const nameOf = (device) => device.name || device.id;

/**
 * The address of the poster in the last heartbeat, small; '' if there is none. Only paths of this
 * server: the text comes from the display.
 * @param {Device} device @param {number} width device pixels
 */
export function posterOf(device, width = 200) {
  const url = device.currentState?.thumbnailUrl || device.currentState?.posterUrl;
  if (typeof url !== 'string' || !url.startsWith('/') || url.startsWith('//') || url.includes('\\')) return '';
  return url.startsWith('/image?') && !/[?&]width=/.test(url) ? `${url}&width=${width}` : url;
}

/** "1920 × 1080 (2×)"; '' if unknown. @param {Device} device */
export function screenText({ clientInfo }) {
  if (!clientInfo?.screenWidth) return '';
  const ratio = clientInfo.devicePixelRatio > 1 ? ` (${clientInfo.devicePixelRatio}×)` : '';
  return `${clientInfo.screenWidth} × ${clientInfo.screenHeight}${ratio}`;
}

/** "Chromium 120" from a user agent; '' if unknown. @param {string|undefined} agent */
export function browserText(agent = '') {
  for (const [pattern, name] of /** @type {[RegExp, string][]} */ ([
    [/Edg\/(\d+)/, 'Edge'], [/Firefox\/(\d+)/, 'Firefox'], [/SamsungBrowser\/(\d+)/, 'Samsung Internet'], [/Web0S|webOS/, 'webOS'],
    [/Tizen (\d+)/, 'Tizen'], [/HeadlessChrome\/(\d+)/, 'Chromium'], [/Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
    [/Version\/(\d+).*Safari/, 'Safari']])) {
    const found = pattern.exec(agent);
    if (found) return found[1] ? `${name} ${found[1]}` : name;
  }
  return '';
}

/**
 * The displays that fit. Every word must occur in name, place, title, group or id.
 * @param {Device[]} devices
 * @param {{words: string, state: string, group: string}} wanted '' does not restrict
 * @param {Record<string, string>} groupNames by id
 */
export function filtered(devices, { words, state, group }, groupNames = {}) {
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return devices.filter((device) => {
    if (state !== '' && stateOf(device) !== state) return false;
    if (group !== '' && !device.groups.includes(group)) return false;
    if (parts.length === 0) return true;
    const text = [device.name, device.location, device.id, device.currentState?.title, ...device.tags,
      ...device.groups.map((id) => groupNames[id] ?? id)].filter(Boolean).join(' ').toLocaleLowerCase();
    return parts.every((part) => text.includes(part));
  });
}

/** How many there are of each state. @param {Device[]} devices */
export function counted(devices) {
  const counts = { live: 0, online: 0, offline: 0, unknown: 0 };
  for (const device of devices) counts[stateOf(device)] += 1;
  return counts;
}
