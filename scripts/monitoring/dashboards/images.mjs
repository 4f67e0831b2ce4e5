// The way of an image: edge, memory, disk, origin, decoding.
import { quantile } from "./builder.mjs";

export const images = {
  title: "Image path",
  text: "Where images come from, how long they take, and what decoding costs.",
  panels: [
    {
      title: "Images per second", kind: "stat", w: 4, h: 5, text: "Image requests that were answered.", unit: "reqps",
      targets: [["sum(from:marquee_gateway_images_served:rate5m)"]],
    },
    {
      title: "From a cache tier", kind: "stat", w: 4, h: 5, unit: "percentunit", steps: [[null, "red"], [0.5, "orange"], [0.9, "green"]],
      text: "Share of images that needed no decoding.",
      targets: [['sum(from:marquee_gateway_images_served:rate5m{from=~"edge|memory|disk|shared|stale"}) / sum(from:marquee_gateway_images_served:rate5m{from!~"fallback|refused"})']],
    },
    {
      title: "Fallback image", kind: "stat", w: 4, h: 5, unit: "percentunit", steps: [[null, "green"], [0.05, "orange"], [0.2, "red"]],
      text: "Share of requests redirected to the fallback image: the source failed, or the image cannot be decoded.",
      targets: [["max(cluster:marquee_gateway_images_fallback:ratio_rate5m)"]],
    },
    {
      title: "Decode budget in use", kind: "stat", w: 4, h: 5, unit: "percentunit", steps: [[null, "green"], [0.8, "orange"], [1, "red"]],
      text: "Predicted memory of running decodes over `decode_budget_mb`.",
      targets: [["max(marquee_image_decode_reserved_bytes{@} / marquee_image_decode_budget_bytes{@})"]],
    },
    {
      title: "Tiers that work", kind: "stat", w: 8, h: 5, text: "1 while the tier works. Images are served without it, more slowly.",
      steps: [[null, "red"], [1, "green"]], targets: [["min by (instance, tier) (marquee_image_tier_up{@})", "{{tier}} {{instance}}"]],
    },
    {
      title: "Images by origin", w: 12, unit: "reqps", stack: true,
      text: "Where images came from as displays saw it. fallback: the source failed; refused: overload or a service that is away.",
      targets: [["sum by (from) (rate(marquee_gateway_images_served_total{@}[$__rate_interval]))", "{{from}}"]],
    },
    {
      title: "Time to an image, p95", w: 12, unit: "s", steps: [[null, "green"], [1, "red"]],
      text: "Until the response was ready, by where it came from. Objectives: 150 ms from a tier, 1 s from the origin.",
      targets: [[quantile(0.95, "marquee_gateway_image_seconds", ["from"]), "{{from}}"]],
    },
    {
      title: "Hit ratio by tier", unit: "percentunit", max: 1, text: "Hits and stale entries over lookups, of five minutes.",
      targets: [["cache_tier:marquee_cache_requests:hit_ratio_rate5m", "{{cache}} {{tier}}"]],
    },
    {
      title: "Hit ratio of the last minute", unit: "percentunit", max: 1, text: "As each process computes it.",
      targets: [["marquee_cache_hit_ratio{@}", "{{cache}} {{tier}} {{instance}}"]],
    },
    {
      title: "Lookups by result", unit: "reqps", text: "coalesced: joined an identical request in progress.",
      targets: [["sum by (tier, result) (rate(marquee_cache_requests_total{@,cache=\"image\"}[$__rate_interval]))", "{{tier}} {{result}}"]],
    },
    {
      title: "Bytes by tier", unit: "bytes", text: "What each tier holds.",
      targets: [["sum by (cache, tier) (marquee_cache_bytes{@})", "{{cache}} {{tier}}"]],
    },
    {
      title: "Entries by tier", text: "What each tier holds.",
      targets: [["sum by (cache, tier) (marquee_cache_entries{@})", "{{cache}} {{tier}}"]],
    },
    {
      title: "Evictions", unit: "cps", text: "size: made room; age: expired; corrupt: failed its checksum; purge: cleared. Many by size with few hits: the tier is too small.",
      targets: [["sum by (cache, tier, cause) (rate(marquee_cache_evictions_total{@}[$__rate_interval]))", "{{cache}} {{tier}} {{cause}}"]],
    },
    {
      title: "Duration of stages, p95", unit: "s", text: "transform: decode, resize and encode. decoder: GIF, AVIF and HEIC in their own process. source: requests to media servers.",
      targets: [[quantile(0.95, "marquee_image_transform_seconds"), "transform"], [quantile(0.95, "marquee_image_decoder_seconds"), "decoder"],
        [quantile(0.95, "marquee_upstream_request_duration_seconds"), "source"]],
    },
    {
      title: "Decode slots", text: "Images being decoded, and waiting.",
      targets: [["sum(marquee_image_decode_running{@})", "running"], ["sum(marquee_image_decode_queued{@})", "waiting"]],
    },
    {
      title: "Decode memory", unit: "bytes", text: "Predicted memory of running decodes and its limit.",
      targets: [["sum(marquee_image_decode_reserved_bytes{@})", "reserved"], ["sum(marquee_image_decode_budget_bytes{@})", "budget"]],
    },
    {
      title: "Rejected before decoding", unit: "cps", text: "queue: the queue is full; wait: the predicted wait is too long; never: larger than the budget.",
      targets: [["sum by (reason) (rate(marquee_image_decode_refused_total{@}[$__rate_interval]))", "{{reason}}"]],
    },
    {
      title: "Failures by reason", unit: "cps", text: "Images that could not be made. `decoder` are those of the decoder process.",
      targets: [["sum by (reason) (rate(marquee_image_failures_total{@}[$__rate_interval]))", "{{reason}}"],
        ["sum by (reason) (rate(marquee_image_decoder_refused_total{@}[$__rate_interval]))", "decoder {{reason}}"]],
    },
    {
      title: "Originals by result", unit: "cps", text: "held: the memory of originals had it; not_modified: revalidated; stale: used although the source failed.",
      targets: [["sum by (result) (rate(marquee_image_originals_total{@}[$__rate_interval]))", "{{result}}"]],
    },
    {
      title: "Limits of one address or image", unit: "cps", text: "rounded: the size was rounded to one that exists; limited: 429.",
      targets: [["sum by (result) (rate(marquee_gateway_image_variants_total{@}[$__rate_interval]))", "{{result}}"]],
    },
    {
      title: "Decoder starts", unit: "cps", text: "first and recycled are normal; died and stopped are not.",
      targets: [["sum by (cause) (rate(marquee_image_decoder_starts_total{@}[$__rate_interval]))", "{{cause}}"]],
    },
    {
      title: "Placeholders", unit: "cps", text: "ThumbHash and colour sent to the playlist service.",
      targets: [["sum by (result) (rate(marquee_image_placeholders_total{@}[$__rate_interval]))", "{{result}}"]],
    },
  ],
};
