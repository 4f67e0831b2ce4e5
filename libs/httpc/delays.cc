#include "libs/httpc/delays.h"

#include <pthread.h>

#include <chrono>
#include <utility>
#include <vector>

namespace marquee::httpc {

ThreadDelays::ThreadDelays(const base::Clock& clock) : clock_(clock), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "delays");
}

ThreadDelays::~ThreadDelays() {
  {
    const base::MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void ThreadDelays::After(absl::Duration delay, std::function<void()> work) {
  {
    const base::MutexLock lock(mutex_);
    waiting_.emplace(clock_.Monotonic() + delay, std::move(work));
  }
  changed_.NotifyAll();
}

void ThreadDelays::Run() {
  while (true) {
    std::vector<std::function<void()>> due;
    {
      base::MutexLock lock(mutex_);
      while (!ending_ && (waiting_.empty() || waiting_.begin()->first > clock_.Monotonic())) {
        if (waiting_.empty()) {
          changed_.Wait(lock);
        } else {
          const absl::Duration wait = waiting_.begin()->first - clock_.Monotonic();
          changed_.WaitUntil(lock, std::chrono::steady_clock::now() +
                                       absl::ToChronoMilliseconds(wait) +
                                       std::chrono::milliseconds(1));
        }
      }
      if (ending_ && waiting_.empty()) return;
      const absl::Duration until = ending_ ? absl::InfiniteDuration() : clock_.Monotonic();
      while (!waiting_.empty() && waiting_.begin()->first <= until) {
        due.push_back(std::move(waiting_.begin()->second));
        waiting_.erase(waiting_.begin());
      }
    }
    for (const auto& work : due) work();
  }
}

}  // namespace marquee::httpc
