#include "services/imageproc/tiers/memory_tier.h"

#include <algorithm>
#include <memory>

#include "libs/base/strings.h"

namespace marquee::imageproc {
namespace {

// Memory of an entry beyond its bytes: the struct, its strings, two shared_ptr control blocks.
constexpr size_t kImageOverheadBytes = sizeof(CachedImage) + 128;
constexpr size_t kUsualImageBytes = 64 * 1024;  // a poster of 600×900 as JPEG at quality 80

// Several times the largest original that may be sent unchanged.
constexpr size_t kShardBytes = size_t{64} << 20;

absl::Status NotInMemory() { return absl::NotFoundError("not in memory"); }

}  // namespace

MemoryTier::MemoryTier(const Options& options, const base::Clock& clock, obs::CacheMetrics& metrics)
    : clock_(clock),
      metrics_(metrics),
      images_({.capacity_bytes = options.max_bytes,
               .expected_entry_bytes = kUsualImageBytes,
               .keep_stale = options.keep_stale,
               .shards = std::clamp<size_t>(options.max_bytes / kShardBytes, 1, 8),
               .on_evict =
                   [&metrics](cache::EvictionCause cause, size_t entries) {
                     metrics.Evicted(cause == cache::EvictionCause::kSize ? "size" : "age",
                                     static_cast<double>(entries));
                   }},
              clock),
      ghost_({.capacity_bytes = options.max_bytes,
              .expected_entry_bytes = kUsualImageBytes,
              .policy = cache::GhostCurve::Policy::kTinyLfu}) {}

absl::StatusOr<CachedImage> MemoryTier::Get(const ImageKey& key) {
  const std::string text = key.Text();
  ghost_.Request(base::StringHash{}(text));
  const std::shared_ptr<const CachedImage> image = images_.Get(text);
  if (image == nullptr) return NotInMemory();
  return *image;
}

absl::StatusOr<CachedImage> MemoryTier::GetStale(const ImageKey& key) {
  const auto found = images_.Find(key.Text());
  if (found.value == nullptr) return NotInMemory();
  return *found.value;
}

absl::Status MemoryTier::Put(const ImageKey& key, const CachedImage& image) {
  const std::string text = key.Text();
  const size_t bytes = image.bytes->size() + kImageOverheadBytes;
  ghost_.Loaded(base::StringHash{}(text), bytes);
  const bool admitted = images_.Put(text, std::make_shared<const CachedImage>(image), bytes,
                                    image.fresh_until - clock_.Now());
  ReportSize();
  if (!admitted)
    return absl::ResourceExhaustedError(
        "the memory tier declined the image in favour of more frequently used ones");
  return absl::OkStatus();
}

Purged MemoryTier::Purge(const PurgeScope& scope) {
  const auto erased = images_.EraseIf(
      [&scope](std::string_view key, const CachedImage&) { return scope.CoversImage(key); });
  if (erased.entries > 0) metrics_.Evicted("purge", static_cast<double>(erased.entries));
  ReportSize();
  return {.entries = static_cast<int64_t>(erased.entries),
          .bytes = static_cast<int64_t>(erased.bytes)};
}

void MemoryTier::ReportSize() {
  const cache::ByteCacheStats stats = images_.stats();
  metrics_.SetSize(static_cast<double>(stats.entries), static_cast<double>(stats.bytes));
}

}  // namespace marquee::imageproc
