// Admission control for decoding: one worker thread per core, a budget for the predicted memory of
// all running images, and a bounded queue. Images whose predicted wait exceeds `max_wait` are
// rejected immediately with kResourceExhausted and RetryInfo.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/imageproc/transform/decode_cost.h"

namespace marquee::imageproc {

// Thread-safe. `clock` and `metrics` must outlive it. Metrics: marquee_image_decode_queued,
// _running, _budget_bytes, _reserved_bytes, marquee_image_decode_refused_total{reason}: queue
// (full), wait (predicted wait too long), never (exceeds the memory budget alone).
class DecodeSlots {
 public:
  struct Options {
    size_t slots = 2;
    uint64_t budget_bytes = uint64_t{256} << 20;
    // Limit of the queue, whatever the cost of the images.
    size_t max_queued = 64;
    // An image is rejected if its predicted wait exceeds this: the display shows its placeholder
    // until it retries.
    absl::Duration max_wait = absl::Seconds(2);
  };

  DecodeSlots(const Options& options, const base::Clock& clock, obs::Metrics& metrics);
  ~DecodeSlots();  // calls Drain
  DecodeSlots(const DecodeSlots&) = delete;
  DecodeSlots& operator=(const DecodeSlots&) = delete;

  // Reserves a place for an image that is submitted once its original has arrived. Until the
  // pointer is destroyed, it counts as much as recent images did on average, so that an admitted
  // image is not rejected later. kResourceExhausted with RetryInfo: the queue is full or the
  // predicted wait too long. kUnavailable: Drain was called.
  absl::StatusOr<std::shared_ptr<void>> Expect();

  // Runs `work` when a slot and enough memory are free. The order is that of submission, except
  // that an image waiting for memory may be overtaken kMaxOvertakings times. Does not re-check the
  // predicted wait; Expect() already did. kFailedPrecondition: the image alone exceeds the memory
  // budget. Other errors as Expect.
  absl::Status Submit(const DecodeCost& cost, std::function<void()> work);

  // Predicted wait of an image submitted now.
  absl::Duration PredictedWait() const;

  // Rejects new work, runs the queued work and joins the threads. Idempotent; must not be called
  // from a slot's thread.
  void Drain();

  static constexpr int kMaxOvertakings = 16;

 private:
  // Time of a typical poster on the core that DecodeCost assumes; used until images have been
  // measured.
  static constexpr absl::Duration kFirstGuess = absl::Milliseconds(20);

  struct Waiting {
    DecodeCost cost;
    std::function<void()> work;
    int overtaken = 0;  // how many times
  };

  void Run();
  absl::Status CheckQueue() MARQUEE_REQUIRES(mutex_);
  absl::Duration PredictedWaitLocked() const MARQUEE_REQUIRES(mutex_);
  // The first entry that may run now, or queue_.end().
  std::deque<Waiting>::iterator NextAllowed() MARQUEE_REQUIRES(mutex_);
  void Refused(const char* reason);

  const Options options_;
  const base::Clock& clock_;
  obs::Metrics& metrics_;
  const obs::Gauge queued_;
  const obs::Gauge running_;
  const obs::Gauge reserved_;
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::deque<Waiting> queue_ MARQUEE_GUARDED_BY(mutex_);
  uint64_t reserved_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;
  absl::Duration waiting_cpu_ MARQUEE_GUARDED_BY(mutex_);  // predicted, of queued images
  absl::Duration running_cpu_ MARQUEE_GUARDED_BY(mutex_);  // predicted, of running images
  absl::Duration usual_cpu_ MARQUEE_GUARDED_BY(mutex_);    // predicted, average of recent images
  size_t busy_ MARQUEE_GUARDED_BY(mutex_) = 0;             // slots
  size_t expected_ MARQUEE_GUARDED_BY(mutex_) = 0;         // images reserved with Expect
  // Averages of the measured and the predicted time of recent images. The ratio of the two averages
  // corrects predictions; an average of the ratios would be dominated by small images that waited
  // for the processor.
  absl::Duration taken_ MARQUEE_GUARDED_BY(mutex_) = kFirstGuess;
  absl::Duration foretold_ MARQUEE_GUARDED_BY(mutex_) = kFirstGuess;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace marquee::imageproc
