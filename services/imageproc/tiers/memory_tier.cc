#include "services/imageproc/tiers/memory_tier.h"

#include <memory>

namespace marquee::imageproc {
namespace {

// What an entry weighs beside its bytes: the struct, its strings, two control blocks.
constexpr size_t kImageOverheadBytes = sizeof(CachedImage) + 128;
constexpr size_t kUsualImageBytes = 64 * 1024;  // a poster of 600×900 as JPEG at quality 80

absl::Status NotInMemory() { return absl::NotFoundError("not in memory"); }

}  // namespace

MemoryTier::MemoryTier(const Options& options, const base::Clock& clock, obs::CacheMetrics& metrics)
    : clock_(clock),
      metrics_(metrics),
      images_({.capacity_bytes = options.max_bytes,
               .expected_entry_bytes = kUsualImageBytes,
               .keep_stale = options.keep_stale,
               .on_evict =
                   [&metrics](cache::EvictionCause cause, size_t entries) {
                     metrics.Evicted(cause == cache::EvictionCause::kSize ? "size" : "age",
                                     static_cast<double>(entries));
                   }},
              clock) {}

absl::StatusOr<CachedImage> MemoryTier::Get(const ImageKey& key) {
  const std::shared_ptr<const CachedImage> image = images_.Get(key.Text());
  if (image == nullptr) return NotInMemory();
  return *image;
}

absl::StatusOr<CachedImage> MemoryTier::GetStale(const ImageKey& key) {
  const auto found = images_.Find(key.Text());
  if (found.value == nullptr) return NotInMemory();
  return *found.value;
}

absl::Status MemoryTier::Put(const ImageKey& key, const CachedImage& image) {
  const bool admitted =
      images_.Put(key.Text(), std::make_shared<const CachedImage>(image),
                  image.bytes->size() + kImageOverheadBytes, image.fresh_until - clock_.Now());
  ReportSize();
  if (!admitted) return absl::ResourceExhaustedError("memory is full of what is wanted more");
  return absl::OkStatus();
}

void MemoryTier::ReportSize() {
  const cache::ByteCacheStats stats = images_.stats();
  metrics_.SetSize(static_cast<double>(stats.entries), static_cast<double>(stats.bytes));
}

}  // namespace marquee::imageproc
