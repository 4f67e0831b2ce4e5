// Cache of backend responses that may be slightly old. Coalesces concurrent fetches of a key and
// returns an expired entry if the backend fails.
//
//   AsyncMemo<std::string> artists({.capacity_bytes = 8 << 20}, clock);
//   auto text = co_await artists.Get(key, fetch);   // fetch: a function that returns an awaitable
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "libs/base/clock.h"
#include "libs/cache/byte_cache.h"
#include "libs/cache/single_flight.h"
#include "services/gateway/async/await.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// Thread-safe. Must outlive its fetches: stop the io threads first.
template <class T>
class AsyncMemo {
 public:
  struct Options {
    size_t capacity_bytes = 4UL * 1024 * 1024;
    absl::Duration fresh_for = absl::Minutes(10);
    absl::Duration keep_stale = absl::Hours(24);
  };
  using Value = std::shared_ptr<const T>;
  struct Fetched {
    T value;
    size_t bytes = 0;  // memory that the value uses
  };
  using Fetch = std::function<asio::awaitable<absl::StatusOr<Fetched>>()>;

  AsyncMemo(Options options, const base::Clock& clock)
      : options_(options),
        cache_({.capacity_bytes = options.capacity_bytes,
                .expected_entry_bytes = 4096,
                .keep_stale = options.keep_stale,
                .on_evict = nullptr},
               clock) {}

  // The cached value of `key`, or the result of `fetch`; an expired value if `fetch` fails.
  asio::awaitable<absl::StatusOr<Value>> Get(std::string key, Fetch fetch) {
    if (auto value = cache_.Get(key)) co_return value;
    const auto executor = co_await asio::this_coro::executor;
    std::function<void(std::function<void(typename Flights::Result)>)> start =
        [this, &key, &fetch, &executor](const std::function<void(typename Flights::Result)>& done) {
          flights_.Join(key, done, [&](const std::shared_ptr<typename Flights::Flight>& flight) {
            asio::co_spawn(executor, Fly(flight, fetch), asio::detached);
          });
        };
    co_return co_await AwaitCallback<typename Flights::Result>(std::move(start));
  }

 private:
  using Flights = cache::SingleFlight<std::string, T>;

  asio::awaitable<void> Fly(std::shared_ptr<typename Flights::Flight> flight, Fetch fetch) {
    absl::StatusOr<Fetched> fetched = co_await fetch();
    if (fetched.ok()) {
      auto value = std::make_shared<const T>(std::move(fetched->value));
      cache_.Put(flight->key(), value, fetched->bytes, options_.fresh_for);
      flight->Finish(std::move(value));
    } else if (const auto kept = cache_.Find(flight->key()); kept.value != nullptr) {
      flight->Finish(kept.value);
    } else {
      flight->Finish(fetched.status());
    }
  }

  const Options options_;
  cache::ByteCache<T> cache_;
  Flights flights_;
};

}  // namespace marquee::gateway
