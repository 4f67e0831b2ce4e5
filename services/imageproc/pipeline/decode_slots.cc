#include "services/imageproc/pipeline/decode_slots.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"

namespace marquee::imageproc {
namespace {

// Weight of the newest image in the moving averages: about the last ten images determine them.
constexpr double kNewest = 0.1;
// Decoders run at a lower priority than the threads that respond, so that rejections and cache hits
// do not wait for them.
constexpr int kNiceness = 10;
constexpr absl::Duration kLeastRetry = absl::Seconds(1);
constexpr absl::Duration kMostRetry = absl::Seconds(30);

absl::Status Busy(const std::string& message, absl::Duration wait) {
  return rpc::WithRetryAfter(absl::ResourceExhaustedError(message),
                             std::clamp(wait, kLeastRetry, kMostRetry));
}

}  // namespace

DecodeSlots::DecodeSlots(const Options& options, const base::Clock& clock, obs::Metrics& metrics)
    : options_(options),
      clock_(clock),
      metrics_(metrics),
      queued_(metrics.gauge("marquee_image_decode_queued", "Images waiting for a decode slot.")),
      running_(metrics.gauge("marquee_image_decode_running", "Images being decoded.")),
      reserved_(metrics.gauge("marquee_image_decode_reserved_bytes",
                              "Predicted memory of running decodes.")) {
  metrics
      .gauge("marquee_image_decode_budget_bytes",
             "Limit of the predicted memory of all running decodes.")
      .Set(static_cast<double>(options_.budget_bytes));
  for (size_t i = 0; i < options_.slots; ++i) {
    threads_.emplace_back([this] { Run(); });
    pthread_setname_np(threads_.back().native_handle(), "decode");
  }
}

DecodeSlots::~DecodeSlots() { Drain(); }

absl::Status DecodeSlots::Submit(const DecodeCost& cost, std::function<void()> work) {
  if (cost.bytes > options_.budget_bytes) {
    Refused("never");
    return absl::FailedPreconditionError(
        fmt::format("too large: decoding needs about {} MB, at most {} allowed", cost.bytes >> 20,
                    options_.budget_bytes >> 20));
  }
  {
    const base::MutexLock lock(mutex_);
    MARQUEE_RETURN_IF_ERROR(CheckQueue());
    queue_.push_back({cost, std::move(work)});
    waiting_cpu_ += cost.cpu;
    usual_cpu_ += (cost.cpu - usual_cpu_) * kNewest;
    queued_.Set(static_cast<double>(queue_.size()));
  }
  wake_.NotifyOne();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<void>> DecodeSlots::Expect() {
  const base::MutexLock lock(mutex_);
  MARQUEE_RETURN_IF_ERROR(CheckQueue());
  if (const absl::Duration wait = PredictedWaitLocked(); wait > options_.max_wait) {
    Refused("wait");
    return Busy(fmt::format("decoding is overloaded: {} images wait, predicted wait {} ms",
                            queue_.size() + expected_, absl::ToInt64Milliseconds(wait)),
                wait);
  }
  ++expected_;
  return std::shared_ptr<void>(nullptr, [this](void*) {
    const base::MutexLock ended(mutex_);
    --expected_;
  });
}

absl::Status DecodeSlots::CheckQueue() {
  if (draining_) return absl::UnavailableError("decoding is shutting down");
  if (queue_.size() + expected_ < options_.max_queued) return absl::OkStatus();
  Refused("queue");
  return Busy(
      fmt::format("decoding is overloaded: the queue of {} images is full", options_.max_queued),
      PredictedWaitLocked());
}

absl::Duration DecodeSlots::PredictedWait() const {
  const base::MutexLock lock(mutex_);
  return PredictedWaitLocked();
}

absl::Duration DecodeSlots::PredictedWaitLocked() const {
  if (busy_ + expected_ < options_.slots && queue_.empty()) return absl::ZeroDuration();
  // Running images are half done on average.
  const absl::Duration work = waiting_cpu_ + running_cpu_ / 2 + usual_cpu_ * expected_;
  // Clamped, because small images that were slow on a busy machine predict little about large ones.
  const double slowness = std::clamp(absl::FDivDuration(taken_, foretold_), 0.05, 20.0);
  return work * slowness / static_cast<double>(options_.slots);
}

void DecodeSlots::Drain() {
  {
    const base::MutexLock lock(mutex_);
    draining_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::deque<DecodeSlots::Waiting>::iterator DecodeSlots::NextAllowed() {
  for (auto it = queue_.begin(); it != queue_.end(); ++it) {
    if (reserved_bytes_ + it->cost.bytes <= options_.budget_bytes) return it;
    // After this many overtakings, later images wait too, so that memory becomes free for this one.
    if (it->overtaken >= kMaxOvertakings) break;
  }
  return queue_.end();
}

void DecodeSlots::Run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  while (true) {
    Waiting next;
    {
      base::MutexLock lock(mutex_);
      auto it = NextAllowed();
      while (it == queue_.end()) {
        if (draining_ && queue_.empty()) return;
        wake_.Wait(lock);
        it = NextAllowed();
      }
      for (auto passed = queue_.begin(); passed != it; ++passed) ++passed->overtaken;
      next = std::move(*it);
      queue_.erase(it);
      waiting_cpu_ -= next.cost.cpu;
      running_cpu_ += next.cost.cpu;
      reserved_bytes_ += next.cost.bytes;
      ++busy_;
      queued_.Set(static_cast<double>(queue_.size()));
      reserved_.Set(static_cast<double>(reserved_bytes_));
    }
    running_.Add(1);
    const absl::Duration began = clock_.Monotonic();
    next.work();
    next.work = nullptr;  // frees what the task holds before the slot becomes free
    const absl::Duration took = clock_.Monotonic() - began;
    running_.Add(-1);
    {
      const base::MutexLock lock(mutex_);
      taken_ += (took - taken_) * kNewest;
      foretold_ += (next.cost.cpu - foretold_) * kNewest;
      running_cpu_ -= next.cost.cpu;
      reserved_bytes_ -= next.cost.bytes;
      --busy_;
      reserved_.Set(static_cast<double>(reserved_bytes_));
    }
    wake_.NotifyAll();  // wakes threads waiting for memory, and Drain
  }
}

void DecodeSlots::Refused(const char* reason) {
  metrics_
      .counter("marquee_image_decode_refused_total",
               "Images rejected by admission control, by reason.", {{"reason", reason}})
      .Add();
}

}  // namespace marquee::imageproc
