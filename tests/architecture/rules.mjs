// The architecture rules as a pure function: from the text of files to sentences about what is
// wrong. rules.json says what each part means.

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/;

// Does `file` lie in one of `homes`, folders or patterns with a *?
export function livesIn(file, homes) {
  return homes.some((home) => {
    const pattern = home.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
    // A pattern whose last part has a * names files; otherwise it is a folder and all below it.
    const names_files = home.split("/").at(-1).includes("*") || /\.\w+$/.test(home);
    return new RegExp(names_files ? `^${pattern}$` : `^${pattern}(/|$)`).test(file);
  });
}

// {service, room} of a path below services/; room is "" directly in the service's folder.
function place(file, rules) {
  const [top, service, ...rest] = file.split("/");
  if (top !== "services" || rest.length === 0) return null;
  const folder = rest.slice(0, -1).join("/");
  const rooms = Object.keys(rules.services[service] ?? {});
  const room = rooms
    .filter((name) => folder === name || folder.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  return { service, folder, room: folder === "" ? "" : room };
}

function aboutServices(file, included, rules) {
  const from = place(file, rules);
  const to = place(included, rules);
  if (file.startsWith("libs/")) {
    const helper = /_(test|fixture)\.(cc|h)$/.test(file) && livesIn(included, ["tests/support"]);
    return !helper && /^(services|tests|tools)\//.test(included)
      ? "libs/ has never heard of what stands on it" : null;
  }
  if (!from || !to) return null;
  if (livesIn(file, [rules.composer.folder])) {
    return livesIn(included, [rules.composer.folder, ...rules.composer.may_include])
      ? null : "the all-in-one sees modules and settings, nothing behind them";
  }
  if (from.service !== to.service) return "services never include each other: they speak gRPC";
  if (from.room === "") return null;
  if (from.room === undefined || to.room === undefined) return null;  // said once, by aboutPlace
  // A room is tested with the real rooms around it where a double would only repeat them.
  if (to.room !== "" && /_(test|fixture)\.(cc|h)$/.test(file)) return null;
  if (to.room === "") return "a room does not know the module that builds it";
  const allowed = new Set([from.room, ...rules.shared, ...rules.services[from.service][from.room]]);
  for (let parent = from.room; parent.includes("/");) {
    parent = parent.slice(0, parent.lastIndexOf("/"));
    allowed.add(parent);
  }
  return allowed.has(to.room) ? null : `${from.room} may see only ${[...allowed].join(", ")}`;
}

function aboutPlace(file, rules) {
  const here = place(file, rules);
  if (!here || livesIn(file, [rules.composer.folder])) return null;
  if (!rules.services[here.service]) return `rules.json has no service "${here.service}"`;
  return here.room === undefined
    ? `rules.json has no room "${here.folder}" of ${here.service}; add it with what it may see` : null;
}

// files: iterable of [path relative to the root, text]. Findings, each "path:line: sentence".
export function findings(files, rules) {
  const found = [];
  for (const [file, text] of files) {
    const free = livesIn(file, rules.free);
    const misplaced = aboutPlace(file, rules);
    if (misplaced) found.push(`${file}:1: ${misplaced}`);
    text.split("\n").forEach((line, index) => {
      const say = (sentence) => found.push(`${file}:${index + 1}: ${sentence}`);
      const included = INCLUDE.exec(line)?.[1];
      if (included) {
        const wrong = aboutServices(file, included, rules);
        if (wrong) say(`includes ${included}: ${wrong}`);
        for (const { include, homes, why } of rules.headers) {
          if (!free && new RegExp(include).test(included) && !livesIn(file, homes)) {
            say(`includes ${included}, at home in ${homes.join(", ") || "no file of ours"}: ${why}`);
          }
        }
        return;
      }
      const code = line.replace(/\/\/.*/, "");
      for (const { pattern, homes, why } of rules.words) {
        const word = new RegExp(pattern).exec(code)?.[0];
        if (word && !free && !livesIn(file, homes)) say(`${word}: ${why}`);
      }
    });
  }
  return found;
}
