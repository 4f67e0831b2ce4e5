// Predicts the hit ratio of a cache at half, twice and four times its size: ghost caches simulate
// it in miniature, with keys only, on a sample of the keys (Waldspurger et al., "Cache modeling and
// optimization using miniature simulations", USENIX ATC 2017).
//
//   ghost.Request(hash);          // every request, found or not
//   ghost.Loaded(hash, bytes);    // inserted after a miss
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::cache {

// Thread-safe; the lock is taken for sampled keys only.
class GhostCurve {
 public:
  enum class Policy { kTinyLfu, kLru };
  struct Options {
    size_t capacity_bytes = 0;  // of the real cache
    size_t expected_entry_bytes = 16 * 1024;
    Policy policy = Policy::kTinyLfu;  // of the real cache
  };
  struct Point {
    double size_factor = 1;
    double hit_ratio = 0;  // 0…1, of recent requests
  };

  explicit GhostCurve(const Options& options);
  ~GhostCurve();
  GhostCurve(const GhostCurve&) = delete;
  GhostCurve& operator=(const GhostCurve&) = delete;

  void Request(uint64_t hash);
  void Loaded(uint64_t hash, size_t bytes);

  // For ½, 1, 2 and 4 times the size, in this order; empty until the sample is large enough
  // (kLeastRequests).
  std::vector<Point> Points() const;

  static constexpr uint64_t kLeastRequests = 500;  // sampled ones

 private:
  class Miniature;
  template <class PolicyType>
  class MiniatureOf;

  bool IsSampled(uint64_t hash) const;

  const uint64_t one_in_;  // keys
  mutable base::Mutex mutex_;
  std::vector<std::unique_ptr<Miniature>> miniatures_ MARQUEE_GUARDED_BY(mutex_);
  uint64_t requests_ MARQUEE_GUARDED_BY(mutex_) = 0;  // sampled, since the start
  std::atomic<uint64_t> all_requests_ = 0;            // weighted like the ghost caches' counts
};

}  // namespace marquee::cache
