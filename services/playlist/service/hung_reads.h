// Reads of sources that did not end in time and still hold their threads: a network share that
// hangs.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "libs/obs/metrics.h"

namespace marquee::playlist {

// Thread-safe. Bounded by the threads for transfers, each of which is in one read.
class HungReads {
 public:
  // From so many on a source is taken to hang: one may be a single bad file.
  static constexpr size_t kSourceHangs = 3;

  // Gauge marquee_artwork_hung_reads: reads that hold a thread beyond their time.
  explicit HungReads(obs::Metrics& metrics);

  void Began(std::string_view source);
  void Ended(std::string_view source);
  // Some read of it hangs.
  bool AnyOf(std::string_view source) const;
  // Further reads are refused until one of those that hang has ended.
  bool Hangs(std::string_view source) const;

 private:
  size_t Of(std::string_view source) const MARQUEE_REQUIRES(mutex_);

  const obs::Gauge gauge_;
  mutable base::Mutex mutex_;
  absl::flat_hash_map<std::string, size_t, base::StringHash, base::StringEq> reads_
      MARQUEE_GUARDED_BY(mutex_);
  size_t all_ MARQUEE_GUARDED_BY(mutex_) = 0;
};

}  // namespace marquee::playlist
