#include "libs/app/end_limit.h"

#include <unistd.h>

#include <chrono>
#include <utility>

namespace marquee::app {

EndLimit::EndLimit(absl::Duration within, std::function<void()> report)
    : report_(std::move(report)), thread_([this, within] { Run(within); }) {}

EndLimit::~EndLimit() {
  {
    const base::MutexLock lock(mutex_);
    ended_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void EndLimit::Run(absl::Duration within) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(within);
  {
    base::MutexLock lock(mutex_);
    while (!ended_) {
      if (!changed_.WaitUntil(lock, deadline)) break;
    }
    if (ended_) return;
  }
  report_();
  _exit(0);  // no destructors: they would wait for the same threads
}

}  // namespace marquee::app
