// Checks the repository (or the root given as the first argument) against rules.json in this folder.
// Prints one line per finding and exits with 1 if there is one.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { findings } from "./rules.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(process.argv[2] ?? path.join(here, "../.."));
const rules = JSON.parse(readFileSync(path.join(here, "rules.json"), "utf8"));

function* sourceFiles(folder, kind = /\.(cc|h)$/) {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "node_modules") yield* sourceFiles(name, kind);
    else if (kind.test(entry.name)) yield [name, readFileSync(path.join(root, name), "utf8")];
  }
}

const files = [
  ...["libs", "services", "tools", "tests"].flatMap((folder) => [...sourceFiles(folder)]),
  ...sourceFiles(rules.web.folder, /\.jsx?$/),
];
const found = findings(files, rules);
for (const line of found) console.log(line);
console.log(`architecture: ${files.length} files, ${found.length} findings`);
process.exit(found.length > 0 || files.length === 0 ? 1 : 0);
