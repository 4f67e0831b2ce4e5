// Brings originals into their tier: one fetch for one original, however many sizes of it are
// wanted at once.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/cache/single_flight.h"
#include "libs/obs/metrics.h"
#include "services/imageproc/artwork/artwork_client.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/tiers/original_tier.h"

namespace marquee::imageproc {

struct FetchedOriginal {
  Original original;
  bool stale = false;  // the origin could not be asked whether it is still good
};

// Thread-safe. marquee_image_originals_total{result}: held, coalesced, fetched, not_modified,
// stale, failed.
class OriginalFetcher {
 public:
  struct Options {
    // What the origin of one picture may take.
    absl::Duration timeout = absl::Seconds(15);
    // On top of it, for the playlist service to say that the origin took too long: when this ends
    // first, nobody can tell a slow origin from an overload.
    absl::Duration answer_reserve = absl::Seconds(2);
    // From the call of Fetch, waiting for a thread included; below the 20 s that the gateway waits.
    absl::Duration at_most = absl::Seconds(19);
    // How long an original without a version in its key, or a substitute for one, is believed.
    absl::Duration revalidate_after = absl::Minutes(10);
  };
  // All must outlive it; the executor must be drained first.
  struct Deps {
    OriginalTier& tier;
    ArtworkClient& client;
    base::Executor& executor;  // its threads wait for origins
    const base::Clock& clock;
    obs::Metrics& metrics;
  };
  using Flights = cache::SingleFlight<std::string, FetchedOriginal>;

  OriginalFetcher(const Options& options, const Deps& deps);

  // What is held and need not be asked for. kNotFound otherwise. Reads the disk.
  absl::StatusOr<Original> Held(const OriginalKey& key);

  // `done` gets the original, on a thread of the executor or on this one; errors as
  // ArtworkClient::Fetch, or kResourceExhausted: too many fetches wait, or this one has waited so
  // long that the origin had too little time. The waiter is for leaving.
  std::shared_ptr<Flights::Waiter> Fetch(const OriginalKey& key, Flights::Callback done);

  // Until when answers made from an original are fresh.
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
