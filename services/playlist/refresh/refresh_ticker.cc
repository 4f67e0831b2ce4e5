#include "services/playlist/refresh/refresh_ticker.h"

#include <algorithm>
#include <chrono>

namespace marquee::playlist {

RefreshTicker::RefreshTicker(Refresher& refresher, const base::Clock& clock)
    : refresher_(refresher), clock_(clock) {
  refresher_.OnSchedule([this] { Wake(); });
  thread_ = std::thread([this] { Run(); });
}

RefreshTicker::~RefreshTicker() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void RefreshTicker::Wake() {
  {
    const base::MutexLock lock(mutex_);
    woken_ = true;
  }
  wake_.NotifyAll();
}

void RefreshTicker::Run() {
  // Maximum wait: wait_until overflows for time points near the end of its type.
  constexpr absl::Duration kLongestWait = absl::Hours(1);
  while (true) {
    const absl::Duration wait = refresher_.NextTick() - clock_.Monotonic();
    if (wait <= absl::ZeroDuration()) refresher_.Tick();
    base::MutexLock lock(mutex_);
    const auto until =
        std::chrono::steady_clock::now() +
        absl::ToChronoMilliseconds(std::clamp(wait, absl::Milliseconds(1), kLongestWait)) +
        std::chrono::milliseconds(1);
    while (!woken_ && !stopping_) {
      if (!wake_.WaitUntil(lock, until)) break;
    }
    if (stopping_) return;
    woken_ = false;
  }
}

}  // namespace marquee::playlist
