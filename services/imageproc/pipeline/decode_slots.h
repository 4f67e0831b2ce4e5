// Who may decode now. Threads: as many as there are cores, since decoding is all computing. Memory:
// what all running pictures are predicted to hold stays under a budget. Time: a little queue, for
// no longer than somebody waits gladly; whoever would wait longer is told so at once, and when to
// come again.
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

// Thread-safe. `clock` and `metrics` must outlive it: marquee_image_decode_queued, _running,
// _budget_bytes, _reserved_bytes, marquee_image_decode_refused_total{reason}: queue, wait, never.
class DecodeSlots {
 public:
  struct Options {
    size_t slots = 2;
    uint64_t budget_bytes = uint64_t{256} << 20;
    // Pictures waiting for a slot, whatever they cost.
    size_t max_queued = 64;
    // Predicted wait beyond which a picture is refused: a display shows its placeholder until then.
    absl::Duration max_wait = absl::Seconds(2);
  };

  DecodeSlots(const Options& options, const base::Clock& clock, obs::Metrics& metrics);
  ~DecodeSlots();  // drains
  DecodeSlots(const DecodeSlots&) = delete;
  DecodeSlots& operator=(const DecodeSlots&) = delete;

  // A picture that will be submitted when its original is there. It counts until the pointer is
  // dropped, as much as pictures did lately, so that whoever is let in here finds room later.
  // kResourceExhausted with RetryInfo: too many wait, or for too long. kUnavailable: Drain has
  // begun.
  absl::StatusOr<std::shared_ptr<void>> Expect();

  // Runs `work` when a slot and the memory are free: in order, save that a picture whose memory is
  // not free yet lets kMaxOvertakings others pass. Asks nobody to wait less long: that was Expect's
  // to do. kFailedPrecondition: it alone is above the budget. Else errors as Expect.
  absl::Status Submit(const DecodeCost& cost, std::function<void()> work);

  // Of a picture that would be submitted now.
  absl::Duration PredictedWait() const;

  // Takes no more, runs what waits, joins the threads. Idempotent; not from a slot.
  void Drain();

  static constexpr int kMaxOvertakings = 16;

 private:
  // The core of DecodeCost is this one until pictures tell otherwise; of a usual poster.
  static constexpr absl::Duration kFirstGuess = absl::Milliseconds(20);

  struct Waiting {
    DecodeCost cost;
    std::function<void()> work;
    int overtaken = 0;  // times
  };

  void Run();
  absl::Status CheckQueue() MARQUEE_REQUIRES(mutex_);
  absl::Duration PredictedWaitLocked() const MARQUEE_REQUIRES(mutex_);
  // The first that may run now, or queue_.end().
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
  absl::Duration waiting_cpu_ MARQUEE_GUARDED_BY(mutex_);  // predicted, of the queue
  absl::Duration running_cpu_ MARQUEE_GUARDED_BY(mutex_);  // predicted, of what runs
  absl::Duration usual_cpu_ MARQUEE_GUARDED_BY(mutex_);    // predicted, of pictures lately
  size_t busy_ MARQUEE_GUARDED_BY(mutex_) = 0;             // slots
  size_t expected_ MARQUEE_GUARDED_BY(mutex_) = 0;         // pictures that will be submitted
  // Of pictures lately, taken and predicted time. What waits takes longer than predicted by the
  // ratio of the two: by the mean of each one's ratio, a small picture that had to wait for the
  // processor would speak for large ones.
  absl::Duration taken_ MARQUEE_GUARDED_BY(mutex_) = kFirstGuess;
  absl::Duration foretold_ MARQUEE_GUARDED_BY(mutex_) = kFirstGuess;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace marquee::imageproc
