// The document `sources`: the sources that were added here, with their version.
import { api, ok } from '../core/api.js';

const id = { params: { path: { document_id: 'sources' } } };

/** @returns {Promise<{entries: any[], etag: string}>} */
export async function readSources() {
  const { document } = await ok(api.GET('/api/v2/settings/{document_id}', id));
  return { entries: /** @type {any} */ (document?.body)?.sources ?? [], etag: document?.etag ?? '' };
}

/**
 * Changes the list as it is now; others' changes to other sources are kept.
 * @param {(entries: any[]) => any[]} change
 */
export async function changeSources(change) {
  for (let tries = 0; ; tries += 1) {
    const { entries, etag } = await readSources();
    try {
      return await ok(api.PUT('/api/v2/settings/{document_id}', { ...id, body: { body: /** @type {any} */ ({ sources: change(entries) }), etag } }));
    } catch (error) {
      // Someone else saved in between: the change is made again to what they saved.
      if (error.status !== 409 || tries === 2) throw error;
    }
  }
}

/** Adds an entry, or replaces the one of this name. @param {any} entry @param {string} original its name before; '' if it is new */
export const saveSource = (entry, original) => changeSources((entries) => (
  original === '' ? [...entries, entry] : entries.map((each) => (each.name === original ? entry : each))));

/** @param {string} name */
export const removeSource = (name) => changeSources((entries) => entries.filter((each) => each.name !== name));

/** @param {string} name @param {boolean} enabled */
export const enableSource = (name, enabled) => changeSources((entries) => entries.map((each) => (
  each.name === name ? { ...each, enabled } : each)));

export const listSources = async () => (await ok(api.GET('/api/v2/sources', { params: { query: { pageSize: 1000 } } }))).sources ?? [];
export const refreshNow = () => ok(api.POST('/api/v2/playlist:refresh', { body: {} }));
export const testSource = (target) => ok(api.POST('/api/v2/sources:test', { body: { target } }));
export const listLibraries = async (target) => (await ok(api.POST('/api/v2/sources:libraries', { body: { target, pageSize: 1000 } }))).libraries ?? [];
