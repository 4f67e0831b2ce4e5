// Fetches originals into their tier; concurrent requests for one original share one fetch, whatever
// their sizes.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/cache/single_flight.h"
#include "libs/obs/metrics.h"
#include "services/imageproc/clients/artwork_client.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/tiers/original_tier.h"

namespace marquee::imageproc {

struct FetchedOriginal {
  Original original;
  bool stale = false;  // revalidation failed
};

// Thread-safe. marquee_image_originals_total{result}: held, coalesced, fetched, not_modified,
// stale, failed.
class OriginalFetcher {
 public:
  struct Options {
    // Time limit of the origin for one image.
    absl::Duration timeout = absl::Seconds(15);
    // Added to the RPC deadline, so that the playlist service can report a slow origin itself: if
    // our deadline ended first, a slow origin could not be distinguished from an overload.
    absl::Duration answer_reserve = absl::Seconds(2);
    // Limit from the call of Fetch, including the wait for a thread; less than the 20 s that the
    // gateway waits.
    absl::Duration at_most = absl::Seconds(19);
    // Freshness of an original without a version in its key, and of a substitute.
    absl::Duration revalidate_after = absl::Minutes(10);
  };
  // All must outlive it; the executor must be drained first.
  struct Deps {
    OriginalTier& tier;
    ArtworkClient& client;
    base::Executor& executor;  // its threads block on origins
    const base::Clock& clock;
    obs::Metrics& metrics;
  };
  using Flights = cache::SingleFlight<std::string, FetchedOriginal>;

  OriginalFetcher(const Options& options, const Deps& deps);

  // The stored original if it is fresh, else kNotFound. Reads the disk.
  absl::StatusOr<Original> Held(const OriginalKey& key);

  // `done` receives the original, on an executor thread or on this one. Errors as
  // ArtworkClient::Fetch, or kResourceExhausted: the fetch queue is full, or this fetch waited so
  // long that too little time was left for the origin. Use the waiter to leave the flight.
  std::shared_ptr<Flights::Waiter> Fetch(const OriginalKey& key, Flights::Callback done);

  // When images made from this original stop being fresh.
  absl::Time FreshUntil(const OriginalKey& key, const Original& original) const;

 private:
  void Run(const OriginalKey& key, Flights::Flight& flight, absl::Time asked);
  void Count(const char* result);

  const Options options_;
  OriginalTier& tier_;
  ArtworkClient& client_;
  base::Executor& executor_;
  const base::Clock& clock_;
  obs::Metrics& metrics_;
  Flights flights_;
};

}  // namespace marquee::imageproc
