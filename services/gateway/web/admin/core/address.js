// The addresses of the control room's pages, below the base path of the server.
import { base } from '../../shared/base.js';

/** Where the control room starts, "/admin" or "/wall/admin". */
export const home = `${base}admin`;

/** The address of a page: href('displays', id) is "/admin/displays/<id>". @param {...string} segments */
export function href(...segments) {
  return [home, ...segments.map(encodeURIComponent)].join('/');
}
