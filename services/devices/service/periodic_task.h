// Calls what has to be done every now and then, on a thread of its own.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <thread>

#include "libs/base/mutex.h"

namespace marquee::devices {

class PeriodicTask {
 public:
  // Calls `beat` every `every`, counted from the end of the beat before. Begins at once.
  PeriodicTask(absl::Duration every, std::function<void()> beat);
  ~PeriodicTask();  // stops
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Returns after the last beat. Idempotent; not from a beat.
  void Stop();

 private:
  void Run();

  const absl::Duration every_;
  const std::function<void()> beat_;
  base::Mutex mutex_;
  base::CondVar stop_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::devices
