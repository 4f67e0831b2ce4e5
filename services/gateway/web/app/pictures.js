// From an item's picture address to a decoded <img>.
//
// Sizes are asked for in device pixels, rounded up to a few widths: screens of about one size then
// ask for the same bytes, and every cache on the way has them. Pictures of our own server are
// fetched first and shown from memory, because only fetch() tells a picture from the redirect to the
// fallback or a 503; those of other hosts (covers that stay direct) are left to <img>.

import { serverUrl } from './base.js';
import { within } from './pause.js';
import { retryAfter } from './server.js';

const widths = [120, 160, 200, 240, 280, 320, 400, 480, 560, 640, 800, 960, 1280, 1600, 1920, 2560, 3200, 3840];
const timeoutMs = 30_000;

/** The smallest agreed width that is at least `px`. */
export function widthBucket(px) {
  return widths.find((width) => width >= px - 2) ?? widths[widths.length - 1];
}

/**
 * The address with the size of a box in it.
 * @param {string} url as the item has it
 * @param {{width: number, ratio: number, dpr: number, fit?: string}} box width in CSS pixels; ratio height/width;
 *   fit `inside` keeps the whole picture (logos), else it covers the box
 */
export function sizedUrl(url, { width, ratio, dpr, fit }, origin) {
  const full = serverUrl(url);
  const address = new URL(full, origin);
  if (address.origin !== new URL(origin).origin || address.pathname !== serverUrl('/image')) return full;
  const px = widthBucket(width * Math.min(dpr, 3));
  // The query is extended, not rebuilt: its escapes are the server's own.
  return `${full}${full.includes('?') ? '&' : '?'}width=${px}&height=${Math.min(Math.round(px * ratio), 4000)}${fit ? `&fit=${fit}` : ''}`;
}

export class PictureError extends Error {
  /** @param {number} [retryMs] when the server said how long to stay away */
  constructor(message, retryMs) {
    super(message);
    this.retryMs = retryMs;
  }
}

/** @returns {Promise<HTMLImageElement>} decoded, ready to be shown. Throws PictureError. */
export async function loadPicture(url, alt = '') {
  const image = new Image();
  image.alt = alt;
  image.draggable = false;
  const own = new URL(url, location.href).origin === location.origin;
  image.src = own ? URL.createObjectURL(await fetchPicture(url)) : url;
  try {
    await image.decode();
  } catch {
    releasePicture(image);
    throw new PictureError(`${url}: cannot be decoded`);
  }
  return image;
}

/** Takes the picture off the page and gives its bytes back. */
export function releasePicture(image) {
  image.remove();
  if (image.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
}

async function fetchPicture(url) {
  let response;
  let blob;
  try {
    response = await fetch(url, { signal: within(timeoutMs) });
    if (response.ok && !response.redirected) blob = await response.blob();
  } catch (error) {
    throw new PictureError(`${url}: ${error.message}`);
  }
  if (!blob) {
    throw new PictureError(`${url}: ${response.redirected ? 'fallback' : response.status}`, retryAfter(response));
  }
  if (!blob.type.startsWith('image/')) throw new PictureError(`${url}: ${blob.type} is no picture`);
  return blob;
}
