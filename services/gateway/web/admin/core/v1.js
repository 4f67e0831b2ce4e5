// What /api/v2 does not have: accounts and sessions, cache figures of the gateway, and pairs of
// records that may be the same display. Everything else uses api.js.
import { serverUrl } from '../../shared/base.js';
import { failureOf } from './failure.js';
import { send } from './http.js';

async function ask(method, path, body) {
  const response = await send(new Request(new URL(serverUrl(path), location.href), {
    method, cache: 'no-store',
    headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body) }));
  const parsed = await response.json().catch(() => undefined);
  if (!response.ok) throw failureOf(response.status, parsed, response.headers.get('retry-after'));
  return parsed ?? {};
}

const read = (path) => ask('GET', path);
const write = (path, body = {}) => ask('POST', path, body);

/** @returns {Promise<{complete: boolean, codeRequired?: boolean}>} */
export const setupState = () => read('/api/admin/setup');
/** @param {{username: string, password: string, setup_code?: string}} form */
export const createFirstAccount = (form) => write('/admin/setup', form);
/** @param {{username: string, password: string}} form @returns {Promise<{requires2FA?: boolean}>} */
export const logIn = (form) => write('/admin/login', form);
/** @param {{totp_code: string}} form */
export const sendFactor = (form) => write('/admin/2fa-verify', form);
/** @returns {Promise<{username: string, session: boolean, secondFactor?: boolean}>} */
export const whoAmI = () => read('/api/admin/session');
/** Ends the session; the response is a redirect, which is not followed. */
export const logOut = () => fetch(serverUrl('/admin/logout'), { method: 'POST', redirect: 'manual' });

/** @param {{currentPassword: string, newPassword: string, confirmPassword: string}} form */
export const changePassword = (form) => write('/api/admin/change-password', form);
/** @param {{password?: string}} form @returns {Promise<{uri: string, qrCodeUrl: string}>} */
export const startFactor = (form) => write('/api/admin/2fa/generate', form);
/** @param {string} token six digits */
export const confirmFactor = (token) => write('/api/admin/2fa/verify', { token });
/** @param {string} password */
export const stopFactor = (password) => write('/api/admin/2fa/disable', { password });

export const cacheMetrics = () => read('/api/admin/cache/metrics');
export const cacheAdvice = () => read('/api/admin/cache/recommendations');
/** @param {object} what which tiers */
export const clearCache = (what) => write('/api/admin/cache/clear', what);
export const serverStatus = () => read('/api/admin/status');

/** Records that may be the same display as an older one. */
export const resemblingDisplays = () => read('/api/devices/resembling');
/** @param {{deviceIds: string[]} | {all: true}} which */
export const mergeResembling = (which) => write('/api/devices/resembling/merge', which);
/** The settings without changes, as displays get them. */
export const defaultSettings = () => read('/get-config');
