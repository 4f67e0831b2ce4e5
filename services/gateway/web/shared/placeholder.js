// The placeholder shown before a poster is loaded: its ThumbHash, a blurred preview in some twenty
// bytes (https://evanw.github.io/thumbhash/), scaled to the size of the poster.

const longerSide = 32;  // in pixels; the browser interpolates

/**
 * @param {string} base64 as an item has it
 * @returns {{width: number, height: number, rgba: Uint8ClampedArray}|null} null: not a ThumbHash
 */
export function decodeThumbHash(base64) {
  const bytes = bytesOf(base64);
  if (bytes.length < 5) return null;
  const head = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  const shape = bytes[3] | (bytes[4] << 8);
  const hasAlpha = head >> 23 !== 0;
  const landscape = shape >> 15 !== 0;
  const most = hasAlpha ? 5 : 7;
  const [columns, rows] = landscape ? [most, shape & 7] : [shape & 7, most];
  if (columns === 0 || rows === 0 || (hasAlpha && bytes.length < 6)) return null;

  // Four bits per coefficient, in the order of the channels.
  let at = (hasAlpha ? 6 : 5) * 2;
  const waves = (mean, scale, across, down) => {
    const heights = [];
    for (let cy = 0; cy < down; cy += 1) {
      for (let cx = cy ? 0 : 1; cx * down < across * (down - cy); cx += 1, at += 1) {
        const level = ((bytes[at >> 1] ?? 0) >> ((at & 1) * 4)) & 15;
        heights.push({ cx, cy, height: (level / 7.5 - 1) * scale * 2 });
      }
    }
    return (x, y) => heights.reduce((sum, wave) => sum + wave.height * x[wave.cx] * y[wave.cy], mean);
  };
  const level = (bits, from, most) => ((bits >> from) & most) / most;
  // Luminance, yellow against blue, red against green. Chroma is multiplied by 1.25 to compensate for quantisation.
  const light = waves(level(head, 0, 63), level(head, 18, 31), Math.max(3, columns), Math.max(3, rows));
  const yellow = waves(level(head, 6, 63) * 2 - 1, level(shape, 3, 63) * 1.25, 3, 3);
  const red = waves(level(head, 12, 63) * 2 - 1, level(shape, 9, 63) * 1.25, 3, 3);
  const alpha = hasAlpha ? waves(level(bytes[5], 0, 15), level(bytes[5], 4, 15), 5, 5) : () => 1;

  const ratio = columns / rows;
  const width = Math.round(ratio > 1 ? longerSide : longerSide * ratio);
  const height = Math.round(ratio > 1 ? longerSide / ratio : longerSide);
  const cosines = (length) => Array.from({ length }, (_, i) =>
    Array.from({ length: 7 }, (_, wave) => Math.cos((Math.PI / length) * (i + 0.5) * wave)));
  const across = cosines(width);
  const down = cosines(height);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [l, p, q] = [light, yellow, red].map((channel) => channel(across[x], down[y]));
      const b = l - (2 / 3) * p;
      const r = (3 * l - b + q) / 2;
      rgba.set([r, r - q, b, alpha(across[x], down[y])].map((value) => value * 255), (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}

/** @returns {HTMLCanvasElement|null} null: the item has no placeholder */
export function paintPlaceholder(item) {
  const image = item.thumbHash ? decodeThumbHash(item.thumbHash) : null;
  if (!image) return null;
  const canvas = document.createElement('canvas');
  canvas.className = 'placeholder';
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d').putImageData(new ImageData(image.rgba, image.width, image.height), 0, 0);
  return canvas;
}

function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
