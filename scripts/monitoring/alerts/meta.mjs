// Alerts on the monitoring itself. A threshold never fires on a series that does not exist, so each
// metric with a threshold that a program exports from its start has an absent() alert.
import { metricsIn, recordsIn } from "../promql.mjs";

// Exported only after the first event, or only by some installations: the absence says nothing.
export const APPEAR_LATER = new Set([
  "grpc_server_handled_total",
  "marquee_artwork_fetches_total",
  "marquee_cache_evictions_total",
  "marquee_http_requests_total",
  "marquee_image_decode_refused_total",
  "marquee_image_decoder_refused_total",
  "marquee_image_decoder_starts_total",
  "marquee_tls_certificate_expiry_timestamp_seconds",
  "marquee_tls_handshake_failures_total",
  "marquee_upstream_breaker_state",
]);

export const watchdog = {
  name: "MarqueeWatchdog",
  severity: "none",
  for: "0m",
  expr: "vector(1)",
  summary: "Alerting works",
  meaning: "Always fires. Send it to a service that raises an alarm when it stops, such as a dead man's switch.",
  impact: "None. If it does not arrive, Prometheus, Alertmanager or the way from them to you is broken.",
  diagnosis: [["Which alerts fire now?", 'ALERTS{alertstate="firing"}'], ["Does Prometheus evaluate its rules?", "time() - max(timestamp(slo:marquee_slo:objective))"]],
  mitigation: ["Look at Prometheus (`/rules`, `/alerts`) and at Alertmanager's log."],
  fires: { at: "5m", series: {}, says: "Alerting works" },
  silent: [],
};

const PROGRAMS = ["gateway", "playlist", "imageproc", "devices"];

// One rule per metric, all with one name and one runbook. `programOf`: metric -> its programs.
export function missingAlerts(alerts, records, programsOf) {
  const recorded = new Map(records.map(({ record, expr }) => [record, expr]));
  const withThreshold = new Set();
  const visit = (expr) => {
    for (const metric of metricsIn(expr)) withThreshold.add(metric);
    for (const record of recordsIn(expr)) visit(recorded.get(record));
  };
  for (const { expr } of alerts) visit(expr);
  return [...withThreshold].filter((metric) => !APPEAR_LATER.has(metric)).sort().map((metric) => {
    const programs = programsOf(metric);
    const program = programs.length === PROGRAMS.length ? "every program" : programs.join(", ");
    return {
      name: "MarqueeMetricMissing",
      severity: "warning",
      for: "15m",
      labels: { metric },
      expr: `absent(${metric.endsWith("_seconds") && HISTOGRAMS.has(metric) ? `${metric}_count` : metric})`,
      summary: `No program exports ${metric} (of ${program})`,
    };
  });
}

const HISTOGRAMS = new Set([
  "marquee_command_delivery_seconds", "marquee_gateway_image_seconds", "marquee_source_fetch_seconds",
  "marquee_store_write_seconds", "marquee_ws_clock_offset_seconds", "marquee_ws_sync_error_seconds",
]);

export const missingPage = {
  name: "MarqueeMetricMissing",
  severity: "warning",
  for: "15m",
  meaning: "A metric with an alert of its own is exported by no program. That alert cannot fire.",
  impact: "Faults of this kind stay unnoticed.",
  diagnosis: [["Which programs does Prometheus read?", 'up{job=~"marquee.*"}'], ["Which metrics does it get?", 'count by (job) ({__name__=~"marquee_.*"})']],
  mitigation: [
    "A program is not among the targets: compare `scrape_configs` with deploy/prometheus/prometheus.yml.",
    "After an update: take dashboards and rules of the same version.",
  ],
};
