// The modules of the control room have no type errors by the types of the server's own API description.
// SHAPE=allinone (default) or four.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { typesOf } from '../../services/gateway/web/admin/types.mjs';
import { bin, startSuite } from '../support/suite.mjs';

const shape = process.env.SHAPE ?? 'allinone';
const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const admin = pathOf('services/gateway/web/admin');

test(`the control room uses /api/v2 as ${shape} describes it`, async () => {
  const suite = await startSuite(shape, {
    sources: [{ name: 'Posters', type: 'local', path: join(bin, '../share/marquee/demo') }] });
  try {
    const types = suite.folder.write('types/core/schema.d.ts', await typesOf(suite.base));
    // rootDirs: "./schema" of core/api.js is found beside it or in the temporary folder.
    const project = suite.folder.write('types/tsconfig.json', JSON.stringify({ extends: join(admin, 'typecheck.json'),
      compilerOptions: { rootDirs: [admin, join(types, '../..')] }, include: [join(admin, 'main.jsx'), types] }));
    let findings = '';
    try {
      execFileSync(process.execPath, [pathOf('scripts/npm-admin/node_modules/typescript/bin/tsc'), '-p', project]);
    } catch (error) {
      findings = String(error.stdout);
    }
    assert.equal(findings, '');
  } finally {
    await suite.stop();
    suite.folder.remove();
  }
});
