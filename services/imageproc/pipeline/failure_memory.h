// Negative caching: remembers for a short time which originals cannot be fetched or decoded and
// which transforms cost too much, so that many displays showing one broken image do not repeat the
// attempt. Counts failures and logs each bad image once.
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

// Thread-safe. Constructor arguments must outlive it. marquee_image_failures_total{reason}:
// bad_image, transform, not_found, denied, origin, busy, other.
class FailureMemory {
 public:
  struct Options {
    absl::Duration hold = absl::Seconds(30);        // for failures that a retry would repeat
    absl::Duration hold_origin = absl::Seconds(5);  // for origins that do not respond
    size_t max_bytes = size_t{1} << 20;             // about 2,000 failures
    size_t max_named = 10'000;                      // images that are not logged again
  };

  FailureMemory(const Options& options, const base::Clock& clock, obs::Logger& logger,
                obs::Metrics& metrics);

  // The remembered failure of this original or of this transform of it, if it has not expired; else
  // OK.
  absl::Status Recall(const ImageKey& key);

  // Forgets all failures that the scope covers.
  void Forget(const PurgeScope& scope);

  // Records a failed attempt. kCancelled is ignored: the caller gave up.
  void Remember(const OriginalKey& key, const absl::Status& failure);

  // Records that this transform cannot be made; other transforms of the original may still work.
  // Remembered as long as a bad image.
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
