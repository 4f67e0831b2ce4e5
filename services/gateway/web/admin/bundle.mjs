// Bundles the control room: node bundle.mjs ESBUILD NODE_MODULES OUTPUT
// Writes index.html, app.js, app.css and LICENCES.txt of the bundled packages. Fails if the shell
// is larger than its limit.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const shellLimit = 150 * 1024;  // compressed bytes of script and style sheet

const [esbuild, modules, output] = process.argv.slice(2);
const packages = resolve(modules);
const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(output, { recursive: true });

// The metafile lists which packages are in the script.
execFileSync(esbuild, ['main.jsx', 'style/app.css', '--bundle', '--minify', '--format=esm', '--target=es2020', '--jsx=automatic',
  '--jsx-import-source=preact', '--legal-comments=none', '--log-level=warning', '--entry-names=[name]', `--outdir=${output}`,
  `--metafile=${join(output, '.meta.json')}`], { cwd: here, stdio: 'inherit', env: { ...process.env, NODE_PATH: packages } });

const script = readFileSync(join(output, 'main.js'));
const style = readFileSync(join(output, 'app.css'));
const size = gzipSync(script).length + gzipSync(style).length;
if (size > shellLimit) {
  console.error(`control room: script and style sheet have ${size} bytes compressed; at most ${shellLimit} are allowed`);
  process.exit(1);
}

const version = createHash('sha256').update(script).update(style).digest('hex').slice(0, 12);
writeFileSync(join(output, 'index.html'), readFileSync(join(here, 'index.html'), 'utf8').replaceAll('@VERSION@', version));
writeFileSync(join(output, 'LICENCES.txt'), licences());
rmSync(join(output, '.meta.json'));

/** The licence text of every package that is part of the script. */
function licences() {
  const { inputs } = JSON.parse(readFileSync(join(output, '.meta.json'), 'utf8'));
  const names = new Set();
  for (const input of Object.keys(inputs)) {
    const [, inside] = input.split('node_modules/');
    // Two copies of Preact would be in the script, and its hooks would not work.
    if (inside && !resolve(here, input).startsWith(packages)) throw new Error(`${input} is not of ${packages}`);
    if (inside) names.add(inside.split('/').slice(0, inside.startsWith('@') ? 2 : 1).join('/'));
  }
  return [...names].sort().map((name) => {
    const folder = join(packages, name);
    const { version: number, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
    return `${name} ${number} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}`;
  }).join(`\n${'-'.repeat(72)}\n\n`);
}

console.log(`control room: ${size} bytes compressed, in ${relative(process.cwd(), output)}`);
