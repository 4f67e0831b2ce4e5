#!/usr/bin/env node
// Checks the links of Markdown files to files and headings of the repository.
//
// usage: node scripts/docs/links.mjs FILE…
//
// Prints one line per broken link and exits with 1 if there is one. Addresses of other hosts are not
// requested.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { anchorsOf, withoutCode } from './markdown.mjs';

const anchors = new Map();

function hasAnchor(file, anchor) {
  if (!anchors.has(file)) anchors.set(file, new Set(anchorsOf(readFileSync(file, 'utf8'))));
  return anchors.get(file).has(anchor);
}

/** What is wrong with a link of `file`; "" if it is right. */
function fault(file, link) {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return '';
  const [path, anchor] = decodeURI(link).split('#');
  const target = path === '' ? file : join(path.startsWith('/') ? '.' : dirname(file), path);
  if (relative('.', target).startsWith('..')) return 'leaves the repository';
  if (!existsSync(target)) return 'no such file';
  if (!anchor || statSync(target).isDirectory() || !target.endsWith('.md')) return '';
  return hasAnchor(target, anchor) ? '' : 'no such heading';
}

let broken = 0;
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  const plain = withoutCode(text);
  for (const found of plain.matchAll(/\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)) {
    const why = fault(file, found[1] ?? found[2]);
    if (why === '') continue;
    ++broken;
    console.log(`${file}: ${found[1] ?? found[2]}: ${why}`);
  }
}
process.exit(broken > 0 ? 1 : 0);
