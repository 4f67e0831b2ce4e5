// Measures the appearance of a page: pixels of a screenshot, and contrast by WCAG 2.1.

/** The pixels of a part of the page. @returns {Promise<[number, number, number][]>} */
export async function pixelsOf(page, clip) {
  const image = (await page.screenshot({ clip })).toString('base64');
  // Decoded by the browser, in a separate page: the page under test may forbid it.
  const canvas = await page.context().newPage();
  try {
    const flat = await canvas.evaluate(async (png) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const surface = document.createElement('canvas');
      surface.width = image.naturalWidth;
      surface.height = image.naturalHeight;
      const context = surface.getContext('2d');
      context.drawImage(image, 0, 0);
      return [...context.getImageData(0, 0, surface.width, surface.height).data];
    }, image);
    return Array.from({ length: flat.length / 4 }, (_, i) => flat.slice(i * 4, i * 4 + 3));
  } finally {
    await canvas.close();
  }
}

/** Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
export function luminance(pixel) {
  const [r, g, b] = pixel.map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
export function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
