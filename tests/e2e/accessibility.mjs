// What axe-core finds in a page: https://github.com/dequelabs/axe-core. Installed by need_npm_tools npm-admin.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../scripts/npm-admin/package.json', import.meta.url));
const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The findings in the page as it is now, one line per element. @param {import('playwright-core').Page} page */
export async function accessibilityFindings(page) {
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
