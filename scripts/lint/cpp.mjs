// Checks C++ files with clang-tidy-19 (`tidy`), or that each header compiles on its own (`headers`), in
// parallel and only where something changed since the last clean result.
//
// usage: node scripts/lint/cpp.mjs tidy|headers BUILD_DIR < NUL-separated files, relative to the root
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { batches } from "./lib/batches.mjs";
import { CompileDb } from "./lib/compile_db.mjs";
import { Fingerprinter } from "./lib/fingerprint.mjs";
import { check, CleanCache } from "./lib/pool.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const [what, buildDir] = process.argv.slice(2);
const files = readFileSync(0, "utf8").split("\0").filter(Boolean);
const db = new CompileDb(root, buildDir);
const cache = new CleanCache(what);
const begin = Date.now();

function summary(looked, failed) {
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  console.log(`${what}: ${files.length} files, ${looked} looked at in ${seconds} s, ${failed} findings`);
  process.exit(failed > 0 ? 1 : 0);
}

// In a batch our .cc files are included by another file, so clang-tidy treats them as headers.
const OURS = String.raw`(^|/)(libs|services|tools|tests)/[^:]*\.(h|cc)$`;

async function tidy() {
  const prints = new Fingerprinter(root, db, readFileSync(path.join(root, ".clang-tidy"), "utf8"));
  const stray = files.filter((file) => !db.flags(file));
  for (const file of stray) console.log(`${file}: no target compiles this file`);

  const keys = new Map();
  for (const file of files) {
    if (db.flags(file)) keys.set(file, prints.of(file, db.flags(file)));
  }
  const changed = [...keys.keys()].filter((file) => !cache.has(keys.get(file)));
  const alone = (file) => ({
    keys: [keys.get(file)],
    argv: ["clang-tidy-19", "--quiet", file, "--", ...db.flags(file)],
  });
  // Inside the tree, where clang-tidy finds our .clang-tidy, and none for third-party headers.
  const folder = path.join(buildDir, "tidy");
  mkdirSync(folder, { recursive: true });
  const jobs = batches(changed.map((file) => ({ file, flags: db.flags(file), text: prints.text(file) })))
    .map((batch, index) => {
      if (batch.length === 1) return alone(batch[0]);
      const unit = path.join(folder, `batch_${index}.cc`);
      writeFileSync(path.join(root, unit), batch.map((file) => `#include "${file}"\n`).join(""));
      return {
        keys: batch.map((file) => keys.get(file)),
        argv: ["clang-tidy-19", "--quiet", `--header-filter=${OURS}`, unit, "--", ...db.flags(batch[0])],
        split: () => batch.map(alone),
      };
    })
    // The largest first, so that no large batch runs alone at the end.
    .sort((a, b) => b.keys.length - a.keys.length);
  summary(changed.length, await check(jobs, cache, root) + stray.length);
}

// A header that its own .cc includes first is checked by every compile of that .cc; only the others are
// compiled alone.
async function headers() {
  const prints = new Fingerprinter(root, db, "headers 1");
  const alone = files.filter((header) => {
    const source = header.replace(/\.h$/, ".cc");
    if (!db.flags(source)) return true;
    const first = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/m.exec(prints.text(source));
    return first?.[1] !== header;
  });
  const jobs = alone.map((file) => {
    const flags = db.flagsForHeader(file);
    return {
      keys: [prints.of(file, flags)],
      argv: ["clang++-19", ...flags, "-Wno-pragma-once-outside-header", "-fsyntax-only", "-x", "c++", file],
    };
  }).filter((job) => !cache.has(job.keys[0]));
  summary(jobs.length, await check(jobs, cache, root));
}

await (what === "tidy" ? tidy() : headers());
