// Service level indicators, in words and as expressions, and their objectives.
//
// An alert fires when the error budget of 30 days burns at a multiple of its even pace in a long and
// in a short window (Google, The Site Reliability Workbook, chapter 5): the long window gives
// certainty, the short one ends the alert soon after the fault. A floor of failed events in the long
// window keeps a home with one display quiet, where one failed image can be a large share.
import { by } from "./promql.mjs";

export const WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

// Critical: 2 % of a month's budget in an hour, or 5 % in six hours. Warning: 10 % in three days.
export const BURNS = [
  { severity: "critical", long: "1h", short: "5m", factor: 14.4 },
  { severity: "critical", long: "6h", short: "30m", factor: 6 },
  { severity: "warning", long: "1d", short: "2h", factor: 3 },
  { severity: "warning", long: "3d", short: "6h", factor: 1 },
];
export const FLOOR = 10;

const increase = (metric, selector, window, labels = []) =>
  `sum ${by(...labels)} (rate(${metric}${selector}[${window}]))`;

// Share of events that missed: 1 - good / all.
const missed = (good, all) => `1 - (\n  ${good}\n  / ${all}\n)`;

const WARM = 'from=~"edge|memory|disk|shared|stale"';

export const SLOS = [
  {
    name: "image-availability",
    alert: "MarqueeImageAvailability",
    objective: 0.999,
    sli: "Share of image requests that were answered with an image, fresh or stale. Requests that got the fallback " +
      "image count against the source, not here; refused ones (overload, or a service that is away) are errors.",
    errorRatio: (window) => `(\n  ${increase("marquee_gateway_images_served_total", '{from="refused"}', window)}\n` +
      `  / ${increase("marquee_gateway_images_served_total", '{from!="fallback"}', window)}\n)`,
    eventRate: (window) => increase("marquee_gateway_images_served_total", '{from!="fallback"}', window),
  },
  {
    name: "image-latency-warm",
    alert: "MarqueeImageLatencyWarm",
    objective: 0.95,
    sli: "Share of images from a cache tier whose response was ready within 150 ms: p95 < 150 ms.",
    errorRatio: (window) => missed(
      increase("marquee_gateway_image_seconds_bucket", `{${WARM},le="0.15"}`, window),
      increase("marquee_gateway_image_seconds_count", `{${WARM}}`, window)),
    eventRate: (window) => increase("marquee_gateway_image_seconds_count", `{${WARM}}`, window),
  },
  {
    name: "image-latency-cold",
    alert: "MarqueeImageLatencyCold",
    objective: 0.95,
    sli: "Share of images that had to be fetched and decoded whose response was ready within 1 s: p95 < 1 s.",
    errorRatio: (window) => missed(
      increase("marquee_gateway_image_seconds_bucket", '{from="origin",le="1"}', window),
      increase("marquee_gateway_image_seconds_count", '{from="origin"}', window)),
    eventRate: (window) => increase("marquee_gateway_image_seconds_count", '{from="origin"}', window),
  },
  {
    name: "playlist-freshness",
    alert: "MarqueePlaylistFreshness",
    objective: 0.99,
    sli: "Share of time in which the playlist was refreshed within the last three hours.",
    errorRatio: (window) => `avg_over_time(cluster:marquee_playlist_stale:max[${window}])`,
  },
  {
    name: "command-delivery",
    alert: "MarqueeCommandDelivery",
    objective: 0.99,
    sli: "Share of commands that the display acknowledged within 2 s. Only displays with an open socket when the " +
      "command was accepted count.",
    errorRatio: (window) => missed(
      increase("marquee_command_delivery_seconds_bucket", '{le="2"}', window),
      increase("marquee_command_delivery_seconds_count", "", window)),
    eventRate: (window) => increase("marquee_command_delivery_seconds_count", "", window),
  },
];
