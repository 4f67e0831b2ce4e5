// The edge tier for pictures: finished bytes in the gateway's memory, one flight a key to the image
// service behind it, and what is past its freshness kept for need.
// Metrics: cache="image", tier="edge". A request counts once: hit, stale, coalesced or miss.
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
    // Larger pictures are passed through: one 4K backdrop would push out thirty posters.
    size_t max_entry_bytes = 2UL * 1024 * 1024;
    // For pictures without a validator in their address; with one they never change.
    absl::Duration revalidate_after = absl::Minutes(10);
    // How long after that one is still answered at once, while it is asked for again in the
    // background; later its asker waits for the answer.
    absl::Duration stale_while_revalidate = absl::Hours(1);
    absl::Duration keep_stale = absl::Hours(24);
    // Pictures being fetched at once, each up to 32 MiB in memory; more are kResourceExhausted.
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
    bool stored = false;     // at the edge, for the next one
    bool coalesced = false;  // shared another request's flight
    bool past_freshness = false;
    bool revalidating = false;                  // past_freshness, and asked for again meanwhile
    absl::Duration age = absl::ZeroDuration();  // since it was made or last found to be good
  };

  ImageCache(Options options, Deps deps);
  ~ImageCache();

  // What Get would answer at once: a picture that is held and fresh. nullopt: only Get can tell.
  std::optional<Answer> GetHeld(const ImageRequest& request);

  // The picture; errors are those of ImagePort::Get when nothing stale could stand in. A stop of
  // `stop` (kCancelled) leaves the flight; the last one to leave ends it. Ask GetHeld first where
  // making the token costs something.
  asio::awaitable<absl::StatusOr<Answer>> Get(ImageRequest request, std::stop_token stop);

  TierStats stats() const;
  // Drops everything, or only what is kept past its freshness; returns how many.
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
  // What the flight's callers get. Puts what is worth it into the cache first.
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
