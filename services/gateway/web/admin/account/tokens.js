// API tokens and the audit log.
import { all, api, ok } from '../core/api.js';

export const listTokens = () => all((pageToken) => ok(api.GET('/api/v2/tokens', { params: { query: { pageSize: 1000, pageToken } } })), 'tokens');

/** @param {string} name @param {string} scope READ, OPERATE, ADMIN or METRICS @returns {Promise<string>} its value, shown only once */
export async function createToken(name, scope) {
  const { value } = await ok(api.POST('/api/v2/tokens', { body: { name, scope: /** @type {any} */ (`TOKEN_SCOPE_${scope}`) } }));
  return value ?? '';
}

/** @param {string} id */
export const revokeToken = (id) => ok(api.DELETE('/api/v2/tokens/{token_id}', { params: { path: { token_id: id } } }));

/** One page of the audit log, newest first. @param {string} pageToken */
export const auditPage = (pageToken) => ok(api.GET('/api/v2/auditEvents', { params: { query: { pageSize: 100, pageToken } } }));
