// Groups source files into translation units that clang-tidy reads at once. Most of its time is
// spent on third-party headers; eight files of one folder share them and take little longer than
// one.
import path from "node:path";

const MAX_FILES = 8;

// Names that a file defines at namespace scope, as far as its text tells; two files that share one
// cannot be in one unit. Google style does not indent what is in a namespace.
export function topLevelNames(text) {
  const names = new Set();
  for (const line of text.split("\n")) {
    const defined =
      /^(?:struct|class|union|enum(?: class)?|using)\s+(\w+)\s*(?:final\s*)?[:={]/.exec(line) ??
      /^#define\s+(\w+)/.exec(line) ??
      /^TEST(?:_F|_P)?\((\w+, ?\w+)\)/.exec(line) ??
      /^(?:constexpr|const|static|inline|std|absl|thread_local)\b[^(]*?\b(\w+)\s*(?:\[[^\]]*\])?\s*[={;]/.exec(line) ??
      /^[A-Za-z][^=;:]*(?:::[^=;:]*)*?[\s*&>](\w+)\s*\(/.exec(line);
    if (defined) names.add(defined[1]);
  }
  return names;
}

// What must be equal for two files to share a unit: folder and flags, and whether they know our
// namespace marquee::testing, beside which a bare `testing::` means something else.
function kin(file, flags, text) {
  return [path.dirname(file), flags.join(" "), text.includes('"libs/testing/')].join("\n");
}

// files: [{file, flags, text}] -> [[file, …], …], each batch safe to include one after the other,
// as far as can be told without compiling.
export function batches(files) {
  const open = new Map();
  const all = [];
  for (const { file, flags, text } of files) {
    const key = kin(file, flags, text);
    const names = topLevelNames(text);
    const candidates = open.get(key) ?? [];
    let batch = candidates.find((one) =>
      one.files.length < MAX_FILES && ![...names].some((name) => one.names.has(name)));
    if (!batch) {
      batch = { files: [], names: new Set() };
      candidates.push(batch);
      open.set(key, candidates);
      all.push(batch);
    }
    batch.files.push(file);
    for (const name of names) batch.names.add(name);
  }
  return all.map((batch) => batch.files);
}
