// Puts recording rules and alerts together as a rules file of Prometheus.
import { alerts as displays } from "./alerts/displays.mjs";
import { alerts as images } from "./alerts/images.mjs";
import { missingAlerts, missingPage, watchdog } from "./alerts/meta.mjs";
import { alerts as security } from "./alerts/security.mjs";
import { alerts as services } from "./alerts/services.mjs";
import { alerts as slo } from "./alerts/slo.mjs";
import { alerts as sources } from "./alerts/sources.mjs";
import { faster, seconds } from "./promql.mjs";
import { RECORDS } from "./records.mjs";

// Name, dashboard and alerts of each group. Symptoms first: what people notice, then causes.
export const GROUPS = [
  ["marquee-slo", "marquee-slo", slo],
  ["marquee-displays", "marquee-fleet", displays],
  ["marquee-images", "marquee-images", images],
  ["marquee-sources", "marquee-playlist", sources],
  ["marquee-services", "marquee-services", services],
  ["marquee-security", "marquee-services", security],
  ["marquee-monitoring", "marquee-services", [watchdog]],
];
export const ALERTS = GROUPS.flatMap(([, dashboard, alerts]) => alerts.map((alert) => ({ ...alert, dashboard })));
export const PAGES = [...ALERTS, { ...missingPage, dashboard: "marquee-services" }];
export const RUNBOOKS = "https://github.com/marquee/marquee/blob/main/docs/runbooks";

const short = (duration, factor) => (factor === 1 ? duration : `${Math.round(seconds(duration) / factor)}s`);

// The dashboard is a path of Grafana, whose address the rules do not know.
export function annotationsOf(alert, summary, runbooks = RUNBOOKS) {
  return {
    summary,
    ...(alert.impact && { description: alert.impact }),
    dashboard: `/d/${alert.dashboard}`,
    runbook_url: `${runbooks}/${alert.name}.md`,
  };
}

// metrics: of the catalogue.
export function missingOf(metrics) {
  return missingAlerts(ALERTS, RECORDS.flatMap(({ rules }) => rules), (name) => metrics.get(name)?.programs ?? [])
    .map((alert) => ({ ...alert, dashboard: "marquee-services" }));
}

// runbooks: base of runbook_url. factor: ranges and waits are divided by it.
export function ruleGroups(metrics, { runbooks = RUNBOOKS, factor = 1 } = {}) {
  const recording = RECORDS.map(({ name, rules }) => ({
    name,
    rules: rules.map(({ record, labels, expr }) => ({ record, expr: faster(expr, factor), ...(labels && { labels }) })),
  }));
  const rule = (alert) => ({
    alert: alert.name,
    expr: faster(alert.expr, factor),
    ...(alert.for !== "0m" && { for: short(alert.for, factor) }),
    labels: { severity: alert.severity, ...(alert.name === "MarqueeMetricMissing" && alert.labels) },
    annotations: annotationsOf(alert, alert.summary, runbooks),
  });
  const missing = missingOf(metrics);
  const alerting = GROUPS.map(([name, dashboard, alerts]) => ({
    name,
    rules: [...alerts.map((alert) => ({ ...alert, dashboard })), ...(name === "marquee-monitoring" ? missing : [])].map(rule),
  }));
  return [...recording, ...alerting];
}
