// Numbers and times in the chosen language.
import { locale } from './locale.js';

const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 as "1.5 KiB". @param {number|string} bytes */
export function bytesText(bytes) {
  let size = Number(bytes) || 0;
  let i = 0;
  for (; size >= 1024 && i < unit.length - 1; i += 1) size /= 1024;
  return `${numberText(size, i === 0 ? 0 : 1)} ${unit[i]}`;
}

/** @param {number} number @param {number} [digits] */
export function numberText(number, digits = 0) {
  return new Intl.NumberFormat(locale.name, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number);
}

/** 97.26 as "97.3 %". @param {number} percent */
export function percentText(percent) {
  if (!Number.isFinite(percent)) return '–';
  return `${new Intl.NumberFormat(locale.name, { maximumFractionDigits: 1 }).format(percent)} %`;
}

/** How long ago, in the largest unit that fits. Null: never. @param {string|null|undefined} iso */
export function agoText(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso ?? '')) / 1000));
  if (!Number.isFinite(seconds)) return null;
  const words = new Intl.RelativeTimeFormat(locale.name, { numeric: 'auto' });
  for (const [name, length] of /** @type {const} */ ([['day', 86_400], ['hour', 3600], ['minute', 60]])) {
    if (seconds >= length) return words.format(-Math.floor(seconds / length), name);
  }
  return words.format(0, 'second');
}

/** Date and time, for a title or a table. @param {string|null|undefined} iso */
export function timeText(iso) {
  const time = Date.parse(iso ?? '');
  if (!Number.isFinite(time)) return '–';
  return new Intl.DateTimeFormat(locale.name, { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
}

/** "1.234s" of the API as seconds. @param {string|undefined} duration */
export function secondsOf(duration) {
  return Number.parseFloat(duration ?? '') || 0;
}
