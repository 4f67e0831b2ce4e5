// Where the server is on its host. It may be shown below a path (https://home/wall/), so no page
// writes an address that begins at the root of the host: each goes through serverUrl(). This module
// is always at <base>web/app/base.js, so its own address tells the base without any setting.

const here = new URL('../../', import.meta.url);

/** "/" or "/wall/". Outside a browser modules are files, and the base is "/". */
export const base = here.protocol === 'file:' ? '/' : here.pathname;

/**
 * The address of one of the server's own paths, as a route or a playlist names it ("/image?…"). A
 * path that has the base already, and an address of another host, are left as they are.
 * @param {string} path
 * @param {string} [below] the base, for tests
 */
export function serverUrl(path, below = base) {
  if (!path.startsWith('/') || path.startsWith('//') || path.startsWith(below)) return path;
  return `${below}${path.slice(1)}`;
}
