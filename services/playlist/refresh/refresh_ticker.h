// Calls Refresher::Tick() whenever it is due, on its own thread.
#pragma once

#include <thread>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

class RefreshTicker {
 public:
  // Registers itself with `refresher`, which must not have been started and must outlive it.
  // `clock` must advance by itself.
  RefreshTicker(Refresher& refresher, const base::Clock& clock);
  ~RefreshTicker();
  RefreshTicker(const RefreshTicker&) = delete;
  RefreshTicker& operator=(const RefreshTicker&) = delete;

 private:
  void Run();
  void Wake();

  Refresher& refresher_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  base::CondVar wake_;
  bool woken_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::playlist
