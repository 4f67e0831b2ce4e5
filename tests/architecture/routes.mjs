// Finds the routes that the gateway registers, by reading its source: `router.Add(Method::kGet, "/health", …)`.

// The text of the call that begins at `start`, up to its closing parenthesis.
function callAt(text, start) {
  let depth = 0;
  for (let i = text.indexOf('(', start); i < text.length; ++i) {
    if (text[i] === '"') {
      while (text[++i] !== '"') if (text[i] === '\\') ++i;
    } else if (text[i] === '(') {
      ++depth;
    } else if (text[i] === ')' && --depth === 0) {
      return text.slice(start, i + 1);
    }
  }
  return text.slice(start);
}

// The texts that are paths, except in comments.
const literals = (text) => [...text.replace(/\/\/ .*$/gm, '').matchAll(/"(\/[^"\s?{]*)"/g)].map(([, path]) => path);

// The paths that the variable `name`, used at `at`, may have: those of the loop around it, its own
// value, or every path in the file where it is a parameter.
function pathsOf(name, text, at, constants) {
  const loops = [...text.slice(0, at).matchAll(/for \(const [\w:* ]+ (\w+)\s*:\s*(\{[^}]*\}|\w+)\)/g)];
  const loop = loops.filter(([, variable]) => variable === name).pop();
  if (loop?.[2].startsWith('{')) return literals(loop[2]);
  return constants.has(name) ? [constants.get(name)] : literals(text);
}

/**
 * @param {[string, string][]} files path and text of each source file
 * @returns {{file: string, method: string, path: string, open: boolean}[]} method "*": any; a "*" in
 *   path matches anything; open: no credentials are needed
 */
export function registeredRoutes(files) {
  const constants = new Map(files.flatMap(([, text]) =>
    [...text.matchAll(/(k\w+)(?:\[\])? = "(\/[^"\s]*)"/g)].map(([, name, path]) => [name, path])));
  const routes = [];
  for (const [file, text] of files) {
    for (const found of text.matchAll(/router\.Add\(\s*(?:Method::k(\w+)|method),\s*(?:"([^"]*)"|fmt::format\(\s*"([^"]+)"|([\w.]+))/g)) {
      const [, method, literal, format, name] = found;
      const paths = literal !== undefined ? [literal]
        : format !== undefined ? format.startsWith('{') ? literals(text) : [format]
          : pathsOf(name, text, found.index, constants);
      const open = !callAt(text, found.index).includes('Access::');
      for (const path of paths.filter(Boolean)) {
        routes.push({ file, method: (method ?? '*').toUpperCase(), path: path.replace(/\{\}/g, '*'), open });
      }
    }
    for (const [, path] of text.matchAll(/request\.path == "(\/ws\/[^"]+)"/g)) {
      routes.push({ file, method: 'GET', path, open: true });
    }
  }
  return routes;
}

/** The routes in a document: `GET /health` in backticks, without a query. */
export function documentedRoutes(text) {
  return [...text.matchAll(/`(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^`?\s]*)[^`]*`/g)]
    .map(([, method, path]) => ({ method, path }));
}

/** Whether `registered` serves a documented route. */
export function serves(registered, documented) {
  if (registered.method !== '*' && registered.method !== documented.method) return false;
  if (registered.path === documented.path) return true;
  const pattern = registered.path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(documented.path);
}
