// Formats the server's responses for the tables of the control room.

const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 as "1.5 KiB". */
export function bytesText(bytes) {
  let size = Number(bytes) || 0;
  let i = 0;
  for (; size >= 1024 && i < unit.length - 1; i += 1) size /= 1024;
  return `${i === 0 ? size : size.toFixed(1)} ${unit[i]}`;
}

export function percentText(percent) {
  return Number.isFinite(percent) ? `${Math.round(percent * 10) / 10} %` : '–';
}

/** How long ago, in the largest unit that fits. */
export function agoText(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (!Number.isFinite(seconds)) return 'never';
  for (const [name, length] of [['day', 86_400], ['hour', 3600], ['minute', 60]]) {
    const count = Math.floor(seconds / length);
    if (count > 0) return `${count} ${name}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** Cells of one display; the third has its state. @param {object} device of /api/devices */
export function displayRow(device, now) {
  const state = device.wsConnected ? 'live' : String(device.status ?? 'unknown');
  return { state, cells: [device.name || device.id, device.location || '–', state,
    device.currentState?.title || device.currentState?.mode || '–', agoText(device.lastSeenAt, now)] };
}

/** Rows of /api/admin/cache/metrics, one per tier. */
export function cacheRows({ tiers = [] }) {
  return tiers.map((tier) => [`${tier.cache}, ${tier.tier}`, percentText(tier.hitRatio), percentText(tier.hitRatioLastMinute),
    `${bytesText(tier.bytes)} of ${bytesText(tier.maxBytes)}`, String(tier.entries)]);
}

/** The notice while the server does not respond, with the age of the data shown. @param {number|null} seenAt ms */
export function awayText(seenAt, now) {
  const again = 'The server does not respond; this page keeps trying.';
  if (seenAt === null) return again;
  const minutes = Math.floor((now - seenAt) / 60_000);
  const age = minutes < 1 ? 'less than a minute' : `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `${again} The data shown is ${age} old.`;
}
