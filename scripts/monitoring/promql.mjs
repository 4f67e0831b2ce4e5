// Building blocks of PromQL expressions.

// `by (…)` that keeps the labels that tell installations apart, if the scrape configuration sets
// them.
export const by = (...labels) => `by (${["cluster", "namespace", ...labels].join(", ")})`;

// Names of metrics in an expression, without the suffixes of histograms.
export function metricsIn(expression) {
  const names = expression.match(/(?<![:\w])(?:marquee|grpc_server|process)_[a-z0-9_]+(?![:\w])/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, "")))];
}

// Names of recorded series, level:metric:operations, in an expression.
export function recordsIn(expression) {
  return [...new Set(expression.match(/\b[a-z_]+:[a-z_0-9]+:[a-z_0-9]+\b/g) ?? [])];
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86400 };

export function seconds(duration) {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  if (!unit) throw new Error(`"${duration}" is no duration: write 30s, 5m, 2h or 3d`);
  return Number(number) * SECONDS[unit];
}

// Divides the ranges, offsets and steps of an expression by `factor`, not below 15 s: four scrapes at
// the shortest sensible interval. For drills, which cannot wait for hours.
export function faster(expression, factor) {
  if (factor === 1) return expression;
  const divide = (duration) => `${Math.max(15, Math.round(seconds(duration) / factor))}s`;
  return expression
    .replace(/\[([^\]]+)\]/g, (_, inner) => `[${inner.split(":").map((part) => (part ? divide(part) : part)).join(":")}]`)
    .replace(/\boffset (\d+[smhd])\b/g, (_, duration) => `offset ${divide(duration)}`);
}
