// Ends the process when its orderly end takes too long.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <thread>

#include "libs/base/mutex.h"

namespace marquee::app {

// A thread in a system call on a network share that does not answer cannot be interrupted or
// joined, so waiting for it would delay the end for ever. What is stored survives a sudden end, as
// after kill -9.
class EndLimit {
 public:
  // Calls `report` and ends the process with exit code 0 once `within` has passed, unless the
  // object is destroyed first. `report` is called on a thread of its own.
  EndLimit(absl::Duration within, std::function<void()> report);
  ~EndLimit();
  EndLimit(const EndLimit&) = delete;
  EndLimit& operator=(const EndLimit&) = delete;

 private:
  void Run(absl::Duration within);

  const std::function<void()> report_;
  base::Mutex mutex_;
  base::CondVar changed_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::app
