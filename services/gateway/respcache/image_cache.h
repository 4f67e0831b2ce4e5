// The edge tier for images: finished bytes in the gateway's memory, with single flight per key in
// front of the image service, and stale entries for when it fails.
// Metrics: cache="image", tier="edge". Each request counts once: hit, stale, coalesced or miss.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "libs/base/clock.h"
#include "libs/cache/byte_cache.h"
#include "libs/cache/single_flight.h"
#include "libs/obs/cache_metrics.h"
#include "services/gateway/http/message.h"
#include "services/gateway/model/image.h"
#include "services/gateway/model/tier_stats.h"
#include "services/gateway/ports/image_port.h"

namespace marquee::gateway {

// Thread-safe.
class ImageCache {
 public:
  struct Options {
    size_t capacity_bytes = 32UL * 1024 * 1024;
    // Larger images are not stored: one 4K backdrop would evict thirty posters.
    size_t max_entry_bytes = 2UL * 1024 * 1024;
    // For images without a version in their URL; with one they never change.
    absl::Duration revalidate_after = absl::Minutes(10);
    // How long after that an entry is still returned at once while it is revalidated in the
    // background; later requests wait for the revalidation.
    absl::Duration stale_while_revalidate = absl::Hours(1);
    absl::Duration keep_stale = absl::Hours(24);
    // Concurrent fetches, each up to 32 MiB in memory; further ones fail with kResourceExhausted.
    size_t max_flights = 256;
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    ImagePort& images;
  };

  enum class From { kEdge, kMemory, kDisk, kShared, kOrigin, kStale };
  struct Answer {
    std::shared_ptr<const Image> image;
    From from = From::kOrigin;
    bool stored = false;     // in the edge tier, for later requests
    bool coalesced = false;  // coalesced with another request's fetch
    bool past_freshness = false;
    bool revalidating = false;  // past_freshness, and being revalidated in the background
    absl::Duration age = absl::ZeroDuration();  // since the image was made or last validated
  };

  ImageCache(Options options, Deps deps);
  ~ImageCache();

  // The result of Get if a fresh entry exists. nullopt: call Get.
  std::optional<Answer> GetHeld(const ImageRequest& request);

  // The image. Errors are those of ImagePort::Get if no stale entry exists. Stopping `stop` cancels
  // this request (kCancelled); the fetch is cancelled with its last request. Call GetHeld first if
  // creating the token is expensive.
  asio::awaitable<absl::StatusOr<Answer>> Get(ImageRequest request, std::stop_token stop);

  TierStats stats() const;
  // Drops all entries, or only those past their freshness; returns how many.
  size_t Clear();
  size_t DropStale();

 private:
  using Flights = cache::SingleFlight<std::string, Answer>;
  struct Held {
    std::shared_ptr<const Image> image;
    absl::Duration good_at;  // monotonic
    absl::Duration fresh_for;
  };

  Answer FromEdge(const Held& held) const;
  size_t Drop(const std::function<bool(const Held&)>& doomed);

  std::optional<Answer> Look(const std::string& key);
  void Fly(const ImageRequest& request, const std::shared_ptr<Flights::Flight>& flight);
  // Completes the requests that wait for the fetch. Stores the image first if it may be cached.
  Flights::Result Land(const std::string& key, const ImageRequest& request,
                       absl::StatusOr<Image> fetched);
  void UpdateSize();
  bool Store(const std::string& key, const ImageRequest& request,
             std::shared_ptr<const Image> image);

  const Options options_;
  const base::Clock& clock_;
  ImagePort& images_;
  obs::CacheMetrics metrics_;
  std::atomic<int64_t> sets_{0};
  std::atomic<int64_t> deletes_{0};
  cache::ByteCache<Held> cache_;
  Flights flights_;
};

std::string_view ImageFromName(ImageCache::From from);

}  // namespace marquee::gateway
