// Remembers for a short while which originals cannot be had, and which transforms of them cost too
// much, so that a wall full of one broken
// picture does not ask for it at every turn; counts failures and names each bad picture once.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/cache/byte_cache.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/purge_scope.h"

namespace marquee::imageproc {

// Thread-safe. What the constructor takes must outlive it.
// marquee_image_failures_total{reason}: bad_picture, transform, not_found, denied, origin,
// busy, other.
class FailureMemory {
 public:
  struct Options {
    absl::Duration hold = absl::Seconds(30);        // of what another try would not change
    absl::Duration hold_origin = absl::Seconds(5);  // of an origin that does not answer
    size_t max_bytes = size_t{1} << 20;             // about two thousand failures
    size_t max_named = 10'000;                      // pictures whose names are kept out of the log
  };

  FailureMemory(const Options& options, const base::Clock& clock, obs::Logger& logger,
                obs::Metrics& metrics);

  // How the last try of this original, or of this transform of it, ended if that is worth believing
  // still, else OK.
  absl::Status Recall(const ImageKey& key);

  // Everything remembered of what the scope covers.
  void Forget(const PurgeScope& scope);

  // A try failed. kCancelled is nobody's failure and is ignored.
  void Remember(const OriginalKey& key, const absl::Status& failure);

  // This transform cannot be made; others of the same original may be. Held as a bad picture is.
  void RememberTransform(const ImageKey& key, const absl::Status& failure);

 private:
  void Count(const std::string& reason);
  void NameOnce(const OriginalKey& key, const absl::Status& failure);

  const Options options_;
  obs::Logger& logger_;
  obs::Metrics& metrics_;
  cache::ByteCache<absl::Status> failures_;
  base::Mutex mutex_;
  std::unordered_set<std::string> named_ MARQUEE_GUARDED_BY(mutex_);
  std::deque<std::string> named_order_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::imageproc
