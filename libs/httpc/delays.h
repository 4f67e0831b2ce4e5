// Work that is to be done a little later.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <map>
#include <thread>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"

namespace marquee::httpc {

// Thread-safe.
class Delays {
 public:
  virtual ~Delays() = default;
  // Runs `work` once `delay` has passed, on a thread of its own that all such work shares: it must
  // not wait.
  virtual void After(absl::Duration delay, std::function<void()> work) = 0;
};

// What is still waiting when it is destroyed runs then. `clock` must be one that moves by itself.
class ThreadDelays final : public Delays {
 public:
  explicit ThreadDelays(const base::Clock& clock);
  ~ThreadDelays() override;

  void After(absl::Duration delay, std::function<void()> work) override;

 private:
  void Run();

  const base::Clock& clock_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::multimap<absl::Duration, std::function<void()>> waiting_
      MARQUEE_GUARDED_BY(mutex_);  // by the time on Monotonic()
  bool ending_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::httpc
