// The compiler flags of a file, from the compilation database that CMake writes.
import { readFileSync } from "node:fs";
import path from "node:path";

// Arguments of one command that do not affect how the file is parsed.
const DROPPED_WITH_VALUE = new Set(["-o", "-MF", "-MT", "-MQ"]);
const DROPPED = new Set(["-c", "-MD", "-MMD"]);

export class CompileDb {
  // root: the repository; buildDir: a configured build tree.
  constructor(root, buildDir) {
    this.root = root;
    this.flagsByFile = new Map();
    for (const entry of JSON.parse(readFileSync(path.join(buildDir, "compile_commands.json"), "utf8"))) {
      const file = path.relative(root, path.resolve(entry.directory, entry.file));
      // CMake quotes only the inner quotes of a -D; no flag of this project contains a space.
      const words = entry.command.replaceAll('\\"', '"').split(/\s+/);
      this.flagsByFile.set(file, CompileDb.flagsOf(words, entry.file));
    }
  }

  static flagsOf(words, source) {
    const flags = [];
    for (let i = 1; i < words.length; ++i) {
      if (DROPPED_WITH_VALUE.has(words[i])) ++i;
      else if (!DROPPED.has(words[i]) && words[i] !== source) flags.push(words[i]);
    }
    return flags;
  }

  // The flags of a .cc, or undefined when no target compiles it.
  flags(file) {
    return this.flagsByFile.get(file);
  }

  // Flags to read a header with: those of the .cc in its folder (or the nearest folder above) that
  // sees the most include paths.
  flagsForHeader(header) {
    for (let folder = path.dirname(header); ; folder = path.dirname(folder)) {
      const candidates = [...this.flagsByFile].filter(([file]) =>
        folder === "." ? true : file.startsWith(`${folder}/`));
      if (candidates.length > 0) {
        return candidates.map(([, flags]) => flags).reduce((a, b) => (b.length > a.length ? b : a));
      }
    }
  }

  // Folders inside the repository that `flags` search for headers, relative to its root.
  includeDirs(flags) {
    const dirs = [];
    for (let i = 0; i < flags.length; ++i) {
      let dir;
      if (flags[i] === "-isystem" || flags[i] === "-I") dir = flags[i + 1];
      else if (flags[i].startsWith("-I")) dir = flags[i].slice(2);
      else if (flags[i].startsWith("-isystem")) dir = flags[i].slice("-isystem".length);
      if (!dir) continue;
      const relative = path.relative(this.root, dir);
      if (!relative.startsWith("..")) dirs.push(relative);
    }
    return dirs;
  }
}
