// The REST API, /api/v2, with the types of its description.
import createClient from 'openapi-fetch';

import { base } from '../../shared/base.js';
import { failureOf } from './failure.js';
import { send } from './http.js';

/** @type {import('openapi-fetch').Client<import('./schema').paths>} */
export const api = createClient({ baseUrl: new URL(base, location.href).href.replace(/\/$/, ''), fetch: send, cache: 'no-store' });

/**
 * The body of a successful response; throws Failure otherwise: `await ok(api.GET('/api/v2/sources'))`.
 * @template T
 * @param {Promise<{data?: T, error?: any, response: Response}>} call
 * @returns {Promise<NonNullable<T>>}
 */
export async function ok(call) {
  const { data, error, response } = await call;
  if (!response.ok) throw failureOf(response.status, error, response.headers.get('retry-after'));
  return /** @type {NonNullable<T>} */ (data ?? {});
}

/**
 * All entries of a list with pages.
 * @template T
 * @param {(token: string) => Promise<any>} page reads the page of a token
 * @param {string} name of the list in the response
 * @returns {Promise<T[]>}
 */
export async function all(page, name) {
  const entries = [];
  let token = '';
  do {
    const body = await page(token);
    entries.push(...(body[name] ?? []));
    token = body.nextPageToken ?? '';
  } while (token !== '');
  return entries;
}
