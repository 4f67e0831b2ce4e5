// The base path of the server on its host. The server may be published below a path
// (https://home/wall/), so pages use no absolute paths: serverUrl() adds the base. This module is
// always at <base>web/shared/base.js, so its own URL reveals the base without a setting.

const here = new URL('../../', import.meta.url);

/** "/" or "/wall/". Outside a browser, modules are files and the base is "/". */
export const base = here.protocol === 'file:' ? '/' : here.pathname;

/**
 * The URL of a path of the server, as a route or a playlist contains it ("/image?…"). A path that
 * already has the base, and a URL of another host, are returned unchanged.
 * @param {string} path
 * @param {string} [below] the base, for tests
 */
export function serverUrl(path, below = base) {
  if (!path.startsWith('/') || path.startsWith('//') || path.startsWith(below)) return path;
  return `${below}${path.slice(1)}`;
}
