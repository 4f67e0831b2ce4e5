// The threads that decode: as many as there are cores, since decoding is all computing. A picture
// over 16 megapixels may hold a lot of memory, so of those only one is decoded at a time; others
// pass it by meanwhile.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"

namespace marquee::imageproc {

// Thread-safe.
class DecodeSlots {
 public:
  struct Options {
    size_t slots = 2;
    // Pictures waiting for a slot. At 30 ms a picture and two slots this is a second of waiting.
    size_t max_queued = 64;
  };
  enum class Weight {
    kOrdinary,
    kHeavy,  // at most one at a time
  };

  // `metrics` must outlive it: marquee_image_decode_queued, marquee_image_decode_running.
  DecodeSlots(const Options& options, obs::Metrics& metrics);
  ~DecodeSlots();  // drains
  DecodeSlots(const DecodeSlots&) = delete;
  DecodeSlots& operator=(const DecodeSlots&) = delete;

  // Runs `work` when a slot is free, in order within a weight. kResourceExhausted: too many wait
  // already. kUnavailable: Drain has begun.
  absl::Status Submit(Weight weight, std::function<void()> work);

  // Takes no more, runs what waits, joins the threads. Idempotent; not from a slot.
  void Drain();

 private:
  struct Waiting {
    Weight weight;
    std::function<void()> work;
  };

  void Run();
  // The first that may run now, or queue_.end().
  std::deque<Waiting>::iterator NextAllowed() MARQUEE_REQUIRES(mutex_);

  const Options options_;
  const obs::Gauge queued_;
  const obs::Gauge running_;
  base::Mutex mutex_;
  base::CondVar wake_;
  std::deque<Waiting> queue_ MARQUEE_GUARDED_BY(mutex_);
  bool heavy_running_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace marquee::imageproc
