#!/usr/bin/env node
// Checks the links of Markdown files to files and headings of the repository.
//
// usage: node scripts/docs/links.mjs FILE…
//
// Prints one line per broken link, per path in code (`services/gateway/ws`) that does not exist, and
// per file that cannot be reached by links from README.md, and exits with 1 if there is one. Addresses of other hosts are not
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

// The names that the how-to guides make up.
const madeUp = /shelf|uptime/;
// Decisions and the changelog name what existed when they were written.
const ofTheirTime = /^(docs\/adr\/2|CHANGELOG)/;

/** `a.{h,cc}` as a.h and a.cc. @returns {string[]} */
function alternatives(text) {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/.exec(text);
  return found ? found[2].split(',').flatMap((part) => alternatives(`${found[1]}${part}${found[3]}`)) : [text];
}

/** The paths in code that begin with a folder of the repository, without placeholders. */
function* pathsIn(text) {
  const code = text.replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .matchAll(/`((?:cmake|deploy|docs|libs|protos|scripts|services|tests|tools)\/[^`\s<*[…]+)`/g);
  for (const [, path] of code) yield* alternatives(path.replace(/[#:].*$/, ''));
}

let faults = 0;
function report(line) {
  ++faults;
  console.log(line);
}

const files = process.argv.slice(2);
const links = new Map();  // file to the files and folders that it links
for (const file of files) {
  links.set(file, []);
  for (const found of withoutCode(readFileSync(file, 'utf8')).matchAll(/\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)) {
    const link = found[1] ?? found[2];
    const why = fault(file, link);
    if (why !== '') report(`${file}: ${link}: ${why}`);
    links.get(file).push(join(dirname(file), link.split('#')[0]).replace(/\/$/, ''));
  }
  if (ofTheirTime.test(file)) continue;
  for (const path of pathsIn(readFileSync(file, 'utf8'))) {
    if (!madeUp.test(path) && !existsSync(path) && !existsSync(join(dirname(file), path))) report(`${file}: ${path}: no such file`);
  }
}

const reached = new Set();
const visit = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const target of links.get(file) ?? links.get(join(file, 'README.md')) ?? []) visit(target);
};
visit('README.md');
// Front matter: templates of the code host.
for (const file of files) {
  if (reached.has(file) || reached.has(dirname(file)) || file.startsWith('.')) continue;
  report(`${file}: no document links it; start at README.md`);
}
process.exit(faults > 0 ? 1 : 0);
