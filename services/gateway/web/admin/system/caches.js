// Rows of the table of cache tiers. No DOM.
import { bytesText, percentText } from '../core/format.js';

/** One row per tier of GET /api/admin/cache/metrics: name, hit ratio, last minute, held, entries. */
export function cacheRows({ tiers = [] }) {
  return tiers.map((tier) => ({ cache: tier.cache, tier: tier.tier, healthy: tier.healthy !== false,
    ratio: percentText(tier.hitRatio), lastMinute: percentText(tier.hitRatioLastMinute),
    held: [bytesText(tier.bytes), bytesText(tier.maxBytes)], filled: tier.maxBytes > 0 ? tier.bytes / tier.maxBytes : 0,
    entries: Number(tier.entries) || 0 }));
}
