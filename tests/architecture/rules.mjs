// Checks the architecture rules. A pure function: takes the text of files, returns findings. The
// format is described in rules.json.
import path from "node:path";

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/;

// Whether `file` is in one of `homes`, which are folders or patterns with a *.
export function isIn(file, homes) {
  return homes.some((home) => {
    const pattern = home.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
    // A pattern with a * in its last part matches files; otherwise it is a folder with its subfolders.
    const names_files = home.split("/").at(-1).includes("*") || /\.\w+$/.test(home);
    return new RegExp(names_files ? `^${pattern}$` : `^${pattern}(/|$)`).test(file);
  });
}

// {service, below, folder} of a path below services/: `below` is its folder, `folder` the listed one that
// contains it, "" for files directly in the service's folder, undefined if none is listed.
function place(file, rules) {
  const [top, service, ...rest] = file.split("/");
  if (top !== "services" || rest.length === 0) return null;
  const below = rest.slice(0, -1).join("/");
  const folders = Object.keys(rules.services[service] ?? {});
  const folder = folders
    .filter((name) => below === name || below.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  return { service, below, folder: below === "" ? "" : folder };
}

// What is wrong with a file below libs/ that includes `included`; null if nothing.
function libraryFinding(file, included, libs) {
  const forTests = /_(test|fixture)\.(cc|h)$/.test(file);
  if (/^(services|tests|tools)\//.test(included)) {
    return forTests && isIn(included, ["tests/support"]) ? null : "libs/ must not include services, tests or tools";
  }
  const [from, to] = [file, included].map((name) => name.split("/"));
  if (to[0] !== "libs" || forTests) return null;
  const allowed = [from[1], ...(libs[from[1]] ?? [])];
  return allowed.includes(to[1]) ? null : `libs/${from[1]} may include only ${allowed.join(", ")}`;
}

function serviceFinding(file, included, rules) {
  const from = place(file, rules);
  const to = place(included, rules);
  if (file.startsWith("libs/")) return libraryFinding(file, included, rules.libs);
  if (!from || !to) return null;
  if (isIn(file, [rules.composer.folder])) {
    return isIn(included, [rules.composer.folder, ...rules.composer.may_include])
      ? null : "the all-in-one may include only modules and settings";
  }
  if (from.service !== to.service) return "services must not include each other; they use gRPC";
  if (from.folder === "") return null;
  if (from.folder === undefined || to.folder === undefined) return null;  // reported by folderFinding
  // Tests may include any folder of their service, to use real classes instead of fakes.
  if (to.folder !== "" && /_(test|fixture)\.(cc|h)$/.test(file)) return null;
  if (to.folder === "") {
    const settings = /_config\.pb\.h$/.test(included) && isIn(file, rules.reads_settings);
    return settings ? null : "a folder must not include the module that creates its classes";
  }
  const allowed = new Set([from.folder, ...rules.shared, ...rules.services[from.service][from.folder]]);
  for (let parent = from.folder; parent.includes("/");) {
    parent = parent.slice(0, parent.lastIndexOf("/"));
    allowed.add(parent);
  }
  return allowed.has(to.folder) ? null : `${from.folder} may include only ${[...allowed].join(", ")}`;
}

function folderFinding(file, rules) {
  const [top, library, ...below] = file.split("/");
  if (top === "libs" && below.length > 0 && !rules.libs[library]) {
    return `rules.json does not list the folder "${library}" of libs; add it with the folders that it may include`;
  }
  const here = place(file, rules);
  if (!here || isIn(file, [rules.composer.folder])) return null;
  if (!rules.services[here.service]) return `rules.json has no service "${here.service}"`;
  return here.folder === undefined
    ? `rules.json does not list the folder "${here.below}" of ${here.service}; add it with the folders that it may include` : null;
}

// A page's module imports only modules of its own folder and of the listed ones.
function webFindings(file, text, { folder, folders }) {
  const folderOf = (name) => name.slice(folder.length + 1).split("/").slice(0, -1).join("/");
  const from = folderOf(file);
  if (!folders[from]) {
    return [`${file}:1: rules.json does not list the folder "${from}" of the pages; add it with the folders that it may import`];
  }
  const allowed = [from, ...folders[from]];
  return text.split("\n").flatMap((line, index) => {
    const imported = /\b(?:from|import)\b[ (]*['"](\.[^'"]+)['"]/.exec(line)?.[1];
    if (!imported || allowed.includes(folderOf(path.posix.join(path.posix.dirname(file), imported)))) return [];
    return [`${file}:${index + 1}: imports ${imported}: ${from} may import only ${allowed.join(", ")}`];
  });
}

// files: iterable of [path relative to the root, text]. Returns findings, each "path:line: text".
export function findings(files, rules) {
  const found = [];
  for (const [file, text] of files) {
    if (/\.jsx?$/.test(file)) {
      found.push(...webFindings(file, text, rules.web));
      continue;
    }
    const free = isIn(file, rules.free);
    const misplaced = folderFinding(file, rules);
    if (misplaced) found.push(`${file}:1: ${misplaced}`);
    text.split("\n").forEach((line, index) => {
      const say = (sentence) => found.push(`${file}:${index + 1}: ${sentence}`);
      const included = INCLUDE.exec(line)?.[1];
      if (included) {
        const wrong = serviceFinding(file, included, rules);
        if (wrong) say(`includes ${included}: ${wrong}`);
        for (const { include, homes, why } of rules.headers) {
          if (!free && new RegExp(include).test(included) && !isIn(file, homes)) {
            say(`includes ${included}, allowed only in ${homes.join(", ") || "no file"}: ${why}`);
          }
        }
        return;
      }
      const code = line.replace(/\/\/.*/, "");
      for (const { pattern, homes, why } of rules.words) {
        const word = new RegExp(pattern).exec(code)?.[0];
        if (word && !free && !isIn(file, homes)) say(`${word}: ${why}`);
      }
    });
  }
  return found;
}
