// Writes core/schema.d.ts, the types of /api/v2, for editors, from the description of a running server:
//   node services/gateway/web/admin/types.mjs http://127.0.0.1:4000
// The file is not in the repository; tests/e2e/control_room_types.test.mjs makes its own.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../../../scripts/npm-admin/package.json', import.meta.url));

/** @param {string} base address of the server @returns {Promise<string>} TypeScript declarations */
export async function typesOf(base) {
  const { default: generate, astToString } = await import(pathToFileURL(require.resolve('openapi-typescript').replace(/\.cjs$/, '.mjs')).href);
  const description = await (await fetch(`${base}/openapi.json`)).json();
  return astToString(await generate(description, { alphabetize: true }));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = await typesOf(process.argv[2]);
  writeFileSync(new URL('core/schema.d.ts', import.meta.url), text);
}
