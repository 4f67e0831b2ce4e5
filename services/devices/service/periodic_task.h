// Calls a function periodically on a thread of its own.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <thread>

#include "libs/base/mutex.h"

namespace marquee::devices {

class PeriodicTask {
 public:
  // Calls `work` immediately and then `every` after the end of the previous call.
  PeriodicTask(absl::Duration every, std::function<void()> work);
  ~PeriodicTask();  // stops
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Returns after the current call. Idempotent; not from `work`.
  void Stop();

 private:
  void Run();

  const absl::Duration every_;
  const std::function<void()> work_;
  base::Mutex mutex_;
  base::CondVar stop_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::devices
