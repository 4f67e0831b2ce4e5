/** The object in a text; null if it is none. @param {string} text */
export function objectIn(text) {
  try {
    const value = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
