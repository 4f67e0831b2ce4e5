// The kinds of sources and the fields that each has in the document `sources`. No DOM.

/** @typedef {{key: string, type: 'url'|'secret'|'text'|'path'|'choice'|'libraries', list?: string, kinds?: string[], required?: boolean}} FieldOf
 *   key: in the document; libraries: a list chosen from the server's; kinds: of the libraries in it */

const server = [
  { key: 'url', type: 'url', required: true },
];
const categories = ['popular', 'top_rated', 'now_playing', 'upcoming', 'trending_all_week', 'tv_popular', 'tv_top_rated', 'streaming_new_releases', 'streaming_netflix',
  'streaming_disney', 'streaming_prime', 'streaming_hbo', 'streaming_hulu', 'streaming_apple', 'streaming_paramount', 'streaming_crunchyroll'];

/** @type {Record<string, {name: string, port?: number, fields: any[]}>} */
export const kinds = {
  plex: { name: 'Plex', port: 32400, fields: [...server, { key: 'token', type: 'secret', required: true },
    { key: 'movie_libraries', type: 'libraries', kinds: ['movie'] }, { key: 'show_libraries', type: 'libraries', kinds: ['show'] },
    { key: 'music_libraries', type: 'libraries', kinds: ['music', 'artist'] }] },
  jellyfin: { name: 'Jellyfin', port: 8096, fields: [...server, { key: 'token', type: 'secret', required: true },
    { key: 'movie_libraries', type: 'libraries', kinds: ['movie', 'mixed'] }, { key: 'show_libraries', type: 'libraries', kinds: ['show', 'mixed'] }] },
  emby: { name: 'Emby', port: 8096, fields: [...server, { key: 'token', type: 'secret', required: true },
    { key: 'movie_libraries', type: 'libraries', kinds: ['movie', 'mixed'] }, { key: 'show_libraries', type: 'libraries', kinds: ['show', 'mixed'] }] },
  local: { name: '', fields: [{ key: 'path', type: 'path', required: true }] },
  tmdb: { name: 'TMDB', fields: [{ key: 'token', type: 'secret', required: true }, { key: 'category', type: 'choice', options: categories }, { key: 'region', type: 'text' }] },
  romm: { name: 'RomM', port: 8080, fields: [...server, { key: 'username', type: 'text' }, { key: 'password', type: 'secret' }, { key: 'token', type: 'secret' },
    { key: 'platforms', type: 'libraries', kinds: ['platform'], byKey: true }] },
};

/** The filter of a source: key and how it is written. */
export const filterFields = [
  { key: 'years', hint: true }, { key: 'genres', hint: true }, { key: 'content_ratings', list: true }, { key: 'qualities', hint: true },
  { key: 'added_within', hint: true }, { key: 'min_rating', number: true },
];

/** What the server is asked for with the values of the form (SourceTarget). @param {any} entry */
export function targetOf(entry, original = '') {
  const target = { type: entry.type };
  for (const key of ['url', 'path', 'token', 'username', 'password']) {
    if (entry[key] && entry[key] !== mask) target[key] = entry[key];
  }
  // The stored secrets are used for what was not typed again.
  if (original !== '') target.name = original;
  return target;
}

/** Shown in place of a stored secret; sent back, it keeps the secret. */
export const mask = '********';

/** "10.0.0.5" as "http://10.0.0.5:8096". @param {string} text @param {number} [port] */
export function addressOf(text, port) {
  const trimmed = text.trim().replace(/\/+$/, '');
  if (trimmed === '' || /^https?:\/\//i.test(trimmed)) return trimmed;
  const hasPort = /:\d+$/.test(trimmed) || trimmed.includes('/');
  return `http://${trimmed}${port && !hasPort ? `:${port}` : ''}`;
}

/** A name for a new source that no other has. @param {string} wanted @param {string[]} taken */
export function freeName(wanted, taken) {
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? wanted : `${wanted} ${i}`;
    if (!taken.includes(name)) return name;
  }
}

/** The entry without empty fields. @param {any} entry */
export function tidied(entry) {
  const out = {};
  for (const [key, value] of Object.entries(entry)) {
    if (value === '' || value === null || value === undefined) continue;
    if (typeof value === 'object' && !Array.isArray(value)) {
      const inner = tidied(value);
      if (Object.keys(inner).length > 0) out[key] = inner;
    } else if (!(Array.isArray(value) && value.length === 0)) {
      out[key] = value;
    }
  }
  return out;
}

/** What is missing in a form, as keys of fields. @param {any} entry */
export function missing(entry) {
  const needed = (kinds[entry.type]?.fields ?? []).filter(({ required }) => required).map(({ key }) => key);
  return ['name', ...needed].filter((key) => !String(entry[key] ?? '').trim());
}
