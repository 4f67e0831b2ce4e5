// The document of the display settings and its versions.
import { api, ok } from '../core/api.js';

const id = { path: { document_id: 'display' } };

/** @returns {Promise<{body: any, etag: string, version: string, author: string, createdAt?: string}>} */
export async function readDisplaySettings(version = '0') {
  const { document } = await ok(api.GET('/api/v2/settings/{document_id}', { params: { ...id, query: { version } } }));
  return { body: document?.body ?? {}, etag: document?.etag ?? '', version: document?.version ?? '0', author: document?.author ?? '', createdAt: document?.createdAt };
}

/** Fails with status 409 if the document has another version. */
export const saveDisplaySettings = (body, etag, acceptUnknown = false) =>
  ok(api.PUT('/api/v2/settings/{document_id}', { params: id, body: { body, etag, acceptUnknown } }));

export const listVersions = async () => (await ok(api.GET('/api/v2/settings/{document_id}/versions', { params: id }))).versions ?? [];

/** What a version changed. @param {string} version */
export const changesOf = async (version) => (await ok(api.GET('/api/v2/settings/{document_id}:diff', {
  params: { ...id, query: { toVersion: version } } }))).changes ?? [];

/** @param {string} version */
export const restoreVersion = (version) => ok(api.POST('/api/v2/settings/{document_id}:restore', { params: id, body: { version } }));
