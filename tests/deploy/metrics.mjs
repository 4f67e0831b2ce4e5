// Finds the metrics in an expression and the metrics of the programs: a dashboard with an unknown
// metric shows an empty panel, which is easily overlooked.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const OURS = /\b(?:marquee|grpc_server|process)_[a-z0-9_]+\b/g;

// Names of metrics in a PromQL expression, without the suffixes of histograms.
export function metricsIn(expression) {
  return [...new Set((expression.match(OURS) ?? []).map((name) => name.replace(/_(bucket|sum|count)$/, "")))];
}

// String literals in the sources below `folders`, excluding tests.
export function metricsOffered(root, folders) {
  const offered = new Set();
  for (const folder of folders) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true })) {
      const name = String(entry);
      if (!name.endsWith(".cc") || name.endsWith("_test.cc")) continue;
      const text = readFileSync(path.join(root, folder, name), "utf8");
      for (const [, metric] of text.matchAll(/"((?:marquee|grpc_server|process)_[a-z0-9_]+)"/g)) offered.add(metric);
    }
  }
  return offered;
}

// Every {expr, where} of a Grafana dashboard.
export function dashboardExpressions(dashboard) {
  return dashboard.panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => ({ expr, where: panel.title })));
}
