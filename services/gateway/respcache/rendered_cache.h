// The edge tier for bodies that we make ourselves: each is rendered and compressed once a version
// and coding, off the threads that serve connections, and served from memory after that.
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
    // Two versions of a 5,000-item playlist, plain and twice compressed, and their parts for
    // sixteen shuffle buckets.
    size_t capacity_bytes = 32UL * 1024 * 1024;
    size_t compress_above_bytes = 1024;  // below that a coding saves nothing worth a header field
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    base::Executor& executor;  // renders and compresses; when it is full, bodies go out plain
  };
  struct Answer {
    std::shared_ptr<const RenderedBody> body;
    bool hit = false;
    absl::Duration age = absl::ZeroDuration();  // since it was rendered
  };
  // Makes the plain body. Called on the executor; what it captures must be its own.
  using Render = std::function<std::string()>;

  RenderedCache(Options options, Deps deps);
  ~RenderedCache();

  // What Get would answer at once, for the many who ask for what is there: no coroutine, no
  // closure. nullopt: only Get can tell.
  std::optional<Answer> GetHeld(std::string_view key, Coding coding);

  // The body called `key` in that coding, or plain where the coding does not help. `key` must
  // change with whatever the body is made from. Callers that ask at once share one rendering.
  asio::awaitable<Answer> Get(std::string key, Coding coding, absl::Duration ttl, Render render);

  // Drops everything: a new version has come, and no one will ask for the old one's bodies.
  // Returns how many.
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
