// Loads an item's image URL as a decoded <img>.
//
// Sizes are in device pixels, rounded up to a few widths, so that screens of similar size request
// the same bytes and share cache entries. Images of this server are fetched first and shown from
// memory, because only fetch() can distinguish an image from the redirect to the fallback image or
// a 503. Images of other hosts (covers loaded directly) are loaded by <img>.

import { serverUrl } from './base.js';
import { within } from './pause.js';
import { retryAfter } from './server.js';

const widths = [120, 160, 200, 240, 280, 320, 400, 480, 560, 640, 800, 960, 1280, 1600, 1920, 2560, 3200, 3840];
const timeoutMs = 30_000;

/** The smallest common width that is at least `px`. */
export function widthBucket(px) {
  return widths.find((width) => width >= px - 2) ?? widths[widths.length - 1];
}

/**
 * The URL with the size of a box.
 * @param {string} url as in the item
 * @param {{width: number, ratio: number, dpr: number, fit?: string}} box width in CSS pixels; ratio
 * height/width;
 *   fit `inside` keeps the whole image (logos), otherwise it covers the box
 */
export function sizedUrl(url, { width, ratio, dpr, fit }, origin) {
  const full = serverUrl(url);
  const address = new URL(full, origin);
  if (address.origin !== new URL(origin).origin || address.pathname !== serverUrl('/image')) return full;
  const px = widthBucket(width * Math.min(dpr, 3));
  // The query is extended instead of rebuilt, to keep the server's escapes.
  return `${full}${full.includes('?') ? '&' : '?'}width=${px}&height=${Math.min(Math.round(px * ratio), 4000)}${fit ? `&fit=${fit}` : ''}`;
}

export class ImageError extends Error {
  /** @param {number} [retryMs] Retry-After of the response, in ms */
  constructor(message, retryMs) {
    super(message);
    this.retryMs = retryMs;
  }
}

/** @returns {Promise<HTMLImageElement>} decoded, ready to be shown. Throws ImageError. */
export async function loadImage(url, alt = '') {
  const image = new Image();
  image.alt = alt;
  image.draggable = false;
  const own = new URL(url, location.href).origin === location.origin;
  image.src = own ? URL.createObjectURL(await fetchImage(url)) : url;
  try {
    await image.decode();
  } catch {
    releaseImage(image);
    throw new ImageError(`${url}: cannot be decoded`);
  }
  return image;
}

/** Removes the image from the page and frees its bytes. */
export function releaseImage(image) {
  image.remove();
  if (image.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
}

async function fetchImage(url) {
  let response;
  let blob;
  try {
    response = await fetch(url, { signal: within(timeoutMs) });
    if (response.ok && !response.redirected) blob = await response.blob();
  } catch (error) {
    throw new ImageError(`${url}: ${error.message}`);
  }
  if (!blob) {
    throw new ImageError(`${url}: ${response.redirected ? 'fallback' : response.status}`, retryAfter(response));
  }
  if (!blob.type.startsWith('image/')) throw new ImageError(`${url}: ${blob.type} is not an image`);
  return blob;
}
