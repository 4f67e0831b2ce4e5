// Recording rules, named level:metric:operations. `level` lists the labels that are left beside
// cluster and namespace.
import { by } from "./promql.mjs";
import { SLOS, WINDOWS } from "./slos.mjs";

const ratio = (part, whole) => `${part}\n/ ${whole}`;
// Of a part that has no series before its first event: 0 then, not nothing.
const rareRatio = (part, whole) => `(${part} or 0 * ${whole})\n/ ${whole}`;

const facts = [
  {
    record: "cache_tier:marquee_cache_requests:hit_ratio_rate5m",
    comment: "Hit ratio of each tier. Stale entries count as hits; coalesced requests as neither.",
    expr: ratio(
      `sum ${by("cache", "tier")} (rate(marquee_cache_requests_total{result=~"hit|stale"}[5m]))`,
      `sum ${by("cache", "tier")} (rate(marquee_cache_requests_total{result=~"hit|stale|miss"}[5m]))`),
  },
  {
    record: "from:marquee_gateway_images_served:rate5m",
    comment: "Images per second as displays saw them, by where they came from.",
    expr: `sum ${by("from")} (rate(marquee_gateway_images_served_total[5m]))`,
  },
  {
    record: "cluster:marquee_gateway_images_fallback:ratio_rate5m",
    comment: "Share of image requests that were redirected to the fallback image.",
    expr: ratio(
      `sum ${by()} (rate(marquee_gateway_images_served_total{from="fallback"}[5m]))`,
      `sum ${by()} (rate(marquee_gateway_images_served_total[5m]))`),
  },
  {
    record: "cluster:marquee_http_requests_errors:ratio_rate5m",
    comment: "Share of HTTP responses that are server errors.",
    expr: rareRatio(
      `sum ${by()} (rate(marquee_http_requests_total{status=~"5.."}[5m]))`,
      `sum ${by()} (rate(marquee_http_requests_total[5m]))`),
  },
  {
    record: "grpc_service:grpc_server_handled_errors:ratio_rate5m",
    comment: "Share of RPCs that failed for a reason of the server, by service.",
    expr: rareRatio(
      `sum ${by("grpc_service")} (rate(grpc_server_handled_total{grpc_code=~"Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded"}[5m]))`,
      `sum ${by("grpc_service")} (rate(grpc_server_handled_total[5m]))`),
  },
  {
    record: "presence:marquee_devices:max",
    comment: "Displays by presence. Every replica of the devices service knows all of them.",
    expr: `max ${by("presence")} (marquee_devices)`,
  },
  {
    record: "cluster:marquee_devices_reachable:sum",
    comment: "Displays that are reachable: an open socket, or a heartbeat in the last minute.",
    expr: `sum ${by()} (presence:marquee_devices:max{presence=~"live|online"})`,
  },
  {
    record: "source:marquee_playlist_items:max",
    comment: "Items of each source. NaN (a source that was removed) is left out.",
    expr: `max ${by("source")} (marquee_playlist_items >= 0)`,
  },
  {
    record: "cluster:marquee_playlist_age_seconds:max",
    comment: "Age of the playlist; -1 before the first refresh.",
    expr: `max ${by()} (marquee_playlist_age_seconds)`,
  },
];

// Error ratio and events per second of each SLI in each window that an alert needs. The long windows
// are computed from the counters, not from shorter ratios: an average of ratios weighs an idle minute
// like a busy one.
const slis = SLOS.flatMap((slo) => WINDOWS.flatMap((window) => [
  {
    record: `slo:marquee_sli_errors:ratio_rate${window}`,
    labels: { slo: slo.name },
    expr: slo.errorRatio(window),
  },
  ...(slo.eventRate ? [{
    record: `slo:marquee_sli_events:rate${window}`,
    labels: { slo: slo.name },
    expr: slo.eventRate(window),
  }] : []),
]));

const objectives = SLOS.map((slo) => ({
  record: "slo:marquee_slo:objective",
  labels: { slo: slo.name },
  expr: `vector(${slo.objective})`,
}));

export const RECORDS = [
  { name: "marquee-records", rules: facts },
  { name: "marquee-slis", rules: [
    {
      record: "cluster:marquee_playlist_stale:max",
      comment: "1 while the playlist has not been refreshed for three hours, or never since the start, else 0.",
      expr: "(cluster:marquee_playlist_age_seconds:max > bool 3 * 3600) + (cluster:marquee_playlist_age_seconds:max < bool 0)",
    },
    ...slis, ...objectives] },
];
