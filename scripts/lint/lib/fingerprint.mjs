// A fingerprint of everything that a check of a C++ file depends on: its text, the text of each
// project or generated header that it includes, its flags, the checker's settings, and the versions
// of the installed -dev packages for third-party headers. It contains no absolute path, so a clone
// in another folder reuses the results.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/gm;

export class Fingerprinter {
  // settings: text that changes when the checker or its configuration does.
  constructor(root, db, settings) {
    this.root = root;
    this.db = db;
    this.texts = new Map();
    const packages = execFileSync("dpkg-query",
      ["-W", "-f=${db:Status-Status} ${Package} ${Version}\n", "*-dev", "*-19"], { encoding: "utf8" });
    this.common = `${settings}\n${packages}`;
  }

  text(file) {
    if (!this.texts.has(file)) this.texts.set(file, readFileSync(path.join(this.root, file), "utf8"));
    return this.texts.get(file);
  }

  isFile(file) {
    const full = path.join(this.root, file);
    return existsSync(full) && statSync(full).isFile();
  }

  // Files inside the repository that `file` includes, itself first. Conditions of #if are ignored:
  // extra files only cause an unnecessary check.
  closure(file, flags) {
    const dirs = [...new Set(["", ...this.db.includeDirs(flags)])];
    const seen = new Set([file]);
    for (const current of seen) {
      for (const [, name] of this.text(current).matchAll(INCLUDE)) {
        const found = [path.dirname(current), ...dirs]
          .map((dir) => path.normalize(path.join(dir, name)))
          .find((candidate) => this.isFile(candidate));
        if (found) seen.add(found);
      }
    }
    return [...seen];
  }

  of(file, flags) {
    const hash = createHash("sha256");
    hash.update(this.common);
    hash.update(flags.join(" ").replaceAll(this.root, "."));
    for (const name of this.closure(file, flags).sort()) {
      hash.update(`\n--- ${name}\n`).update(this.text(name));
    }
    return hash.update(file).digest("hex");
  }
}
