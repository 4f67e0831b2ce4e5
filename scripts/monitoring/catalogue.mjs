// The metrics of the programs: what the sources say (registered.mjs) and what metrics.yaml adds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { namingFaults, registeredMetrics } from "./registered.mjs";

const require = createRequire(new URL("../npm-monitoring/package.json", import.meta.url));
const yaml = require("yaml");

// {metrics, faults}: metrics is {name -> {name, type, help, unit, programs, labels, shared, purpose}};
// labels is {label -> {values} or {of, at_most}}.
export function catalogue(root) {
  const described = yaml.parse(readFileSync(path.join(root, "scripts/monitoring/metrics.yaml"), "utf8"), { merge: true });
  const registered = registeredMetrics(root);
  const faults = [];
  const metrics = new Map();
  for (const name of Object.keys(described.metrics)) {
    if (!registered.has(name)) faults.push(`metrics.yaml: ${name} is registered by no program; remove it`);
  }
  for (const metric of registered.values()) {
    const extra = described.metrics[metric.name];
    if (extra === undefined) {
      faults.push(`metrics.yaml: add ${metric.name} (${metric.files[0]}) with its labels`);
      continue;
    }
    faults.push(...namingFaults(metric).map((fault) => `${metric.files[0]}: ${metric.name}: ${fault}`));
    const programs = metric.program ? [metric.program] : extra.programs;
    if (!programs) faults.push(`metrics.yaml: ${metric.name} belongs to a library: say which programs export it`);
    const labels = {};
    for (const [label, values] of Object.entries(extra.labels ?? {})) {
      labels[label] = Array.isArray(values) ? { values } : described.open_sets[values];
      if (!labels[label]) faults.push(`metrics.yaml: ${metric.name}: no open set is named "${values}"`);
    }
    metrics.set(metric.name, { ...metric, programs: programs ?? [], labels, shared: extra.shared === true, purpose: extra.purpose });
  }
  return { metrics, faults };
}
