// Reads the text format of Prometheus 0.0.4.

// {family -> {type, help, series: [{name, labels}]}}
export function parseExposition(text) {
  const families = new Map();
  let family;
  for (const line of text.split("\n")) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind === "HELP") families.set(name, family = { help: rest, series: [] });
    else if (kind === "TYPE") family.type = rest;
    else if (line && !line.startsWith("#")) {
      const [, series, labels = ""] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line);
      family.series.push({
        name: series,
        labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key, value])),
      });
    }
  }
  return families;
}

// How a program's families differ from the catalogue, one message per fault.
export function familyFaults(program, families, metrics) {
  const faults = [];
  for (const [name, { type, help, series }] of families) {
    const known = metrics.get(name);
    if (!known) {
      faults.push(`${name}: not in the catalogue`);
      continue;
    }
    if (known.type !== type) faults.push(`${name}: a ${type}, the catalogue says ${known.type}`);
    if (known.help !== help) faults.push(`${name}: help text "${help}"`);
    if (program && !known.programs.includes(program)) faults.push(`${name}: exported by ${program}`);
    const values = {};
    for (const { labels } of series) {
      const names = Object.keys(labels).filter((label) => label !== "le").sort();
      if (names.join() !== Object.keys(known.labels).sort().join()) faults.push(`${name}: labels ${names.join(", ") || "none"}`);
      for (const label of names) (values[label] ??= new Set()).add(labels[label]);
    }
    for (const [label, seen] of Object.entries(values)) {
      const bound = known.labels[label];
      for (const value of bound?.values ? seen : []) {
        if (!bound.values.includes(value)) faults.push(`${name}: ${label}="${value}" is not in metrics.yaml`);
      }
      if (bound?.at_most < seen.size) faults.push(`${name}: ${seen.size} values of ${label}, at most ${bound.at_most}`);
    }
  }
  return [...new Set(faults)];
}
