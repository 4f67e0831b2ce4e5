// The edge tier for bodies that the gateway renders: each is rendered and compressed once per
// version and coding, outside the threads that serve connections, and then served from memory.
// Metrics: cache="response", tier="edge".
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/cache/byte_cache.h"
#include "libs/cache/single_flight.h"
#include "libs/obs/cache_metrics.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/message.h"
#include "services/gateway/model/tier_stats.h"

namespace marquee::gateway {

struct RenderedBody {
  Bytes bytes;
  std::string etag;  // strong, of exactly these bytes
  Coding coding = Coding::kIdentity;
  absl::Duration made_at = absl::ZeroDuration();  // monotonic
};

// Thread-safe.
class RenderedCache {
 public:
  struct Options {
    // Two versions of a 5,000-item playlist, plain and in two codings, and their subsets for
    // sixteen shuffle buckets.
    size_t capacity_bytes = 32UL * 1024 * 1024;
    size_t compress_above_bytes =
        1024;  // smaller bodies gain less than the extra header field costs
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    base::Executor& executor;  // renders and compresses; when it is full, bodies are sent plain
  };
  struct Answer {
    std::shared_ptr<const RenderedBody> body;
    bool hit = false;
    absl::Duration age = absl::ZeroDuration();  // since it was rendered
  };
  // Renders the plain body. Runs on the executor, so it must own what it captures.
  using Render = std::function<std::string()>;

  RenderedCache(Options options, Deps deps);
  ~RenderedCache();

  // The result of Get if the body is cached, without the cost of a coroutine or closure. nullopt:
  // call Get.
  std::optional<Answer> GetHeld(std::string_view key, Coding coding);

  // The body for `key` in that coding, or plain if the coding does not help. `key` must change
  // whenever an input of the body changes. Concurrent calls for one key share one rendering.
  asio::awaitable<Answer> Get(std::string key, Coding coding, absl::Duration ttl, Render render);

  // Drops everything, because a new version was published and bodies of the old one are no longer
  // requested. Returns how many.
  size_t Clear();

  TierStats stats() const;

 private:
  using Flights = cache::SingleFlight<std::string, RenderedBody>;

  std::shared_ptr<const RenderedBody> Make(const Render& render, Coding coding) const;
  std::optional<Answer> Look(std::string_view full_key);
  void UpdateSize();

  const Options options_;
  const base::Clock& clock_;
  base::Executor& executor_;
  obs::CacheMetrics metrics_;
  std::atomic<int64_t> sets_{0};
  std::atomic<int64_t> deletes_{0};
  cache::ByteCache<RenderedBody> cache_;
  Flights flights_;
};

}  // namespace marquee::gateway
