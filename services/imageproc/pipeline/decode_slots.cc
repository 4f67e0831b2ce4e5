#include "services/imageproc/pipeline/decode_slots.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

namespace marquee::imageproc {

DecodeSlots::DecodeSlots(const Options& options, obs::Metrics& metrics)
    : options_(options),
      queued_(metrics.gauge("marquee_image_decode_queued", "Pictures waiting for a decode slot.")),
      running_(metrics.gauge("marquee_image_decode_running", "Pictures being decoded.")) {
  for (size_t i = 0; i < options_.slots; ++i) {
    threads_.emplace_back([this] { Run(); });
    pthread_setname_np(threads_.back().native_handle(), "decode");
  }
}

DecodeSlots::~DecodeSlots() { Drain(); }

absl::Status DecodeSlots::Submit(Weight weight, std::function<void()> work) {
  {
    const base::MutexLock lock(mutex_);
    if (draining_) return absl::UnavailableError("decoding is shutting down");
    if (queue_.size() >= options_.max_queued) {
      return absl::ResourceExhaustedError(
          fmt::format("decoding is busy: {} pictures are already waiting", options_.max_queued));
    }
    queue_.push_back({weight, std::move(work)});
    queued_.Set(static_cast<double>(queue_.size()));
  }
  wake_.NotifyOne();
  return absl::OkStatus();
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
  return std::find_if(queue_.begin(), queue_.end(),
                      [heavy_running = heavy_running_](const auto& w) {
                        return w.weight == Weight::kOrdinary || !heavy_running;
                      });
}

void DecodeSlots::Run() {
  while (true) {
    Waiting next;
    {
      base::MutexLock lock(mutex_);
      while (NextAllowed() == queue_.end()) {
        if (draining_ && queue_.empty()) return;
        wake_.Wait(lock);
      }
      const auto it = NextAllowed();
      next = std::move(*it);
      queue_.erase(it);
      queued_.Set(static_cast<double>(queue_.size()));
      if (next.weight == Weight::kHeavy) heavy_running_ = true;
    }
    running_.Add(1);
    next.work();
    next.work = nullptr;  // what it holds is freed before the slot is
    running_.Add(-1);
    if (next.weight == Weight::kHeavy) {
      {
        const base::MutexLock lock(mutex_);
        heavy_running_ = false;
      }
      wake_.NotifyAll();  // the next heavy one, and whoever waits to end
    }
  }
}

}  // namespace marquee::imageproc
