// Alerts on images: where they come from, cache tiers, decoding.
import { by } from "../promql.mjs";

export const alerts = [
  {
    name: "MarqueeImagesFallback",
    severity: "warning",
    for: "10m",
    expr: "cluster:marquee_gateway_images_fallback:ratio_rate5m > 0.2\n" +
      `and sum ${by()} (increase(marquee_gateway_images_served_total{from="fallback"}[30m])) >= 10`,
    summary: "{{ $value | humanizePercentage }} of image requests got the fallback image",
    meaning: "More than a fifth of the image requests were redirected to the fallback image, because the source could not " +
      "give the image or it cannot be decoded.",
    impact: "Displays show the fallback image instead of posters.",
    diagnosis: [
      ["Why could images not be made?", "sum by (reason) (increase(marquee_image_failures_total[30m]))"],
      ["Which source fails?", 'sum by (source, result) (increase(marquee_artwork_fetches_total{result!~"ok|not_modified"}[30m]))'],
    ],
    mitigation: [
      "`origin`: make the media server reachable; images that are held are served stale meanwhile.",
      "`not_found`: the playlist names posters that are gone; refresh it in the control room.",
      "`bad_image`: the image service's log names the files.",
    ],
    fires: {
      at: "40m", says: "30% of image requests got the fallback image",
      series: { 'marquee_gateway_images_served_total{from="edge"}': "0+70x60", 'marquee_gateway_images_served_total{from="fallback"}': "0+30x60" },
    },
    silent: [
      { name: "a tenth", series: { 'marquee_gateway_images_served_total{from="edge"}': "0+90x60", 'marquee_gateway_images_served_total{from="fallback"}': "0+10x60" } },
      { name: "the only poster at home failed", series: { 'marquee_gateway_images_served_total{from="edge"}': "0x60", 'marquee_gateway_images_served_total{from="fallback"}': "0+0.1x60" } },
    ],
  },
  {
    name: "MarqueeHitRatioLow",
    severity: "warning",
    for: "30m",
    expr: `(\n  sum ${by()} (rate(marquee_gateway_images_served_total{from="origin"}[30m]))\n` +
      `  / sum ${by()} (rate(marquee_gateway_images_served_total{from=~"edge|memory|disk|shared|stale|origin"}[30m]))\n) > 0.5\n` +
      `and sum ${by()} (increase(marquee_gateway_images_served_total{from="origin"}[30m])) >= 300`,
    summary: "{{ $value | humanizePercentage }} of images had to be fetched and decoded",
    meaning: "For an hour more than half of the images came from no cache tier, and at least 300 within half an hour.",
    impact: "Images are slow, processors are busy, and media servers are asked for the same posters again and again.",
    diagnosis: [
      ["What is the hit ratio of each tier?", "cache_tier:marquee_cache_requests:hit_ratio_rate5m"],
      ["Are entries evicted for lack of space?", 'sum by (cache, tier, cause) (rate(marquee_cache_evictions_total[30m]))'],
      ["Does the disk tier work?", "marquee_image_tier_up"],
    ],
    mitigation: [
      "Normal for an hour after the first start or after the cache was cleared.",
      "`GET /api/admin/cache/recommendations` predicts the ratio at other sizes; raise `image.disk_mb` and `image.memory_mb`.",
      "Many sizes per poster: displays with different resolutions each need their own images.",
    ],
    fires: {
      at: "65m", says: "80% of images had to be fetched and decoded",
      series: { 'marquee_gateway_images_served_total{from="edge"}': "0+10x80", 'marquee_gateway_images_served_total{from="origin"}': "0+40x80" },
    },
    silent: [
      { name: "most are hits", series: { 'marquee_gateway_images_served_total{from="edge"}': "0+90x80", 'marquee_gateway_images_served_total{from="origin"}': "0+10x80" } },
      { name: "one display at home", series: { 'marquee_gateway_images_served_total{from="edge"}': "0x80", 'marquee_gateway_images_served_total{from="origin"}': "0+2x80" } },
    ],
  },
  {
    name: "MarqueeCacheThrashing",
    severity: "warning",
    for: "30m",
    expr: `sum ${by("cache", "tier")} (rate(marquee_cache_evictions_total{cause="size"}[30m]))\n` +
      `> 0.8 * sum ${by("cache", "tier")} (rate(marquee_cache_requests_total{result="miss"}[30m]))\n` +
      "and cache_tier:marquee_cache_requests:hit_ratio_rate5m < 0.5\n" +
      `and sum ${by("cache", "tier")} (increase(marquee_cache_evictions_total{cause="size"}[30m])) >= 100`,
    summary: "The {{ $labels.tier }} tier of the {{ $labels.cache }} cache is too small: most misses evict an entry",
    meaning: "Nearly every miss evicts an entry to make room, the hit ratio is below one half, and at least a hundred " +
      "entries were evicted within half an hour.",
    impact: "The tier takes memory or disk and saves little work.",
    diagnosis: [
      ["How large is the tier, and how many entries has it?", "sum by (cache, tier) (marquee_cache_bytes)"],
      ["What is its hit ratio?", "cache_tier:marquee_cache_requests:hit_ratio_rate5m"],
    ],
    mitigation: [
      "`GET /api/admin/cache/recommendations` shows the predicted hit ratio at half, twice and four times the size.",
      "Raise `image.memory_mb` (memory), `image.disk_mb` (disk) or `edge_cache.image_mb` (edge).",
    ],
    fires: {
      at: "65m", labels: { cache: "image", tier: "memory" }, says: "The memory tier of the image cache is too small: most misses evict an entry",
      series: {
        'marquee_cache_requests_total{cache="image",tier="memory",result="miss"}': "0+60x80",
        'marquee_cache_requests_total{cache="image",tier="memory",result="hit"}': "0+20x80",
        'marquee_cache_evictions_total{cache="image",tier="memory",cause="size"}': "0+58x80",
      },
    },
    silent: [
      { name: "entries are evicted, but most requests are hits", series: {
        'marquee_cache_requests_total{cache="image",tier="memory",result="miss"}': "0+60x80",
        'marquee_cache_requests_total{cache="image",tier="memory",result="hit"}': "0+600x80",
        'marquee_cache_evictions_total{cache="image",tier="memory",cause="size"}': "0+58x80" } },
      { name: "misses fill an empty cache", series: {
        'marquee_cache_requests_total{cache="image",tier="memory",result="miss"}': "0+60x80",
        'marquee_cache_requests_total{cache="image",tier="memory",result="hit"}': "0+2x80",
        'marquee_cache_evictions_total{cache="image",tier="memory",cause="size"}': "0x80" } },
    ],
  },
  {
    name: "MarqueeImageTierDown",
    severity: "warning",
    for: "10m",
    expr: "marquee_image_tier_up == 0",
    summary: "The {{ $labels.tier }} tier of {{ $labels.instance }} cannot be used",
    meaning: "Reading or writing the tier failed and it was switched off; it is tried again every five seconds.",
    impact: "Images are still served, more slowly. After a restart all of them are made anew.",
    diagnosis: [
      ["Since when?", "min_over_time(marquee_image_tier_up[1h])"],
      ["How many bytes did it hold?", 'marquee_cache_bytes{cache="image",tier="disk"}'],
    ],
    mitigation: ["The usual cause is a full or read-only volume: `df`, `mount`. The image service's log has the error."],
    fires: {
      at: "20m", labels: { tier: "disk", instance: "a:1" }, says: "The disk tier of a:1 cannot be used",
      series: { 'marquee_image_tier_up{tier="disk",instance="a:1"}': "1x2 0x30", 'marquee_image_tier_up{tier="disk",instance="b:1"}': "1x40" },
    },
    silent: [{ name: "it works", series: { 'marquee_image_tier_up{tier="disk"}': "1x40" } }],
  },
  {
    name: "MarqueeDecodeBudgetExhausted",
    severity: "warning",
    for: "5m",
    expr: `sum ${by()} (rate(marquee_image_decode_refused_total{reason=~"queue|wait"}[5m])) > 0`,
    summary: "{{ $value | humanize }} images per second are rejected, because decoding has no capacity",
    meaning: "For ten minutes images were rejected because the decode queue is full or the predicted wait is longer than " +
      "`max_decode_wait`.",
    impact: "Displays get 503 with Retry-After and show their last image until they try again.",
    diagnosis: [
      ["Is memory the limit? Reserved close to the budget means yes.",
        "sum by (instance) (marquee_image_decode_reserved_bytes) / sum by (instance) (marquee_image_decode_budget_bytes)"],
      ["or the processors?", "sum by (instance) (marquee_image_decode_running)"],
      ["How many wait?", "sum by (instance) (marquee_image_decode_queued)"],
    ],
    mitigation: [
      "Memory: raise `decode_budget_mb`. Processors: give the image service more of them, or more replicas.",
      "Posters of unusual size: see the source; scale them down there.",
    ],
    fires: { at: "20m", says: "4 images per second are rejected, because decoding has no capacity", series: { 'marquee_image_decode_refused_total{reason="wait"}': "0+120x40" } },
    silent: [{ name: "only images larger than the budget are rejected", series: { 'marquee_image_decode_refused_total{reason="never"}': "0+120x40" } }],
  },
  {
    name: "MarqueeDecoderCrashes",
    severity: "warning",
    for: "0m",
    expr: `sum ${by("instance")} (increase(marquee_image_decoder_starts_total{cause="died"}[15m])) > 3`,
    summary: "The decoder process of {{ $labels.instance }} died {{ $value | humanize }} times in 15 minutes",
    meaning: "`marquee-decoder`, which decodes GIF, AVIF and HEIC in isolation, ended unexpectedly more than three times.",
    impact: "The images that it was decoding get the fallback image. The image service itself is not affected.",
    diagnosis: [["Which failures?", "sum by (reason) (increase(marquee_image_decoder_refused_total[1h]))"]],
    mitigation: ["The log names the image. Remove it from the source, and report it: a decoder must not crash."],
    fires: {
      at: "20m", labels: { instance: "a:1" }, says: "The decoder process of a:1 died 15 times in 15 minutes",
      series: { 'marquee_image_decoder_starts_total{cause="died",instance="a:1"}': "0+1x40", 'marquee_image_decoder_starts_total{cause="died",instance="b:1"}': "0x40" },
    },
    silent: [{ name: "it is recycled as intended", series: { 'marquee_image_decoder_starts_total{cause="recycled"}': "0+1x40" } }],
  },
  {
    name: "MarqueeDecoderUnavailable",
    severity: "warning",
    for: "5m",
    expr: `sum ${by("instance")} (increase(marquee_image_decoder_refused_total{reason="unavailable"}[10m])) > 0`,
    summary: "{{ $labels.instance }} cannot start marquee-decoder",
    meaning: "The decoder process cannot be started.",
    impact: "GIF, AVIF and HEIC posters get the fallback image. JPEG, PNG and WebP are not affected.",
    diagnosis: [["How many images failed?", 'sum by (instance) (increase(marquee_image_decoder_refused_total{reason="unavailable"}[1h]))']],
    mitigation: ["Install `marquee-decoder` beside the program; the log has the path and the error."],
    fires: {
      at: "20m", labels: { instance: "a:1" }, says: "a:1 cannot start marquee-decoder",
      series: { 'marquee_image_decoder_refused_total{reason="unavailable",instance="a:1"}': "0+1x40" },
    },
    silent: [{ name: "damaged images", series: { 'marquee_image_decoder_refused_total{reason="damaged"}': "0+1x40" } }],
  },
];
