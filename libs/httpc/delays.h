// Runs work after a delay.
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
  // Runs `work` after `delay`, on a thread shared by all such work: it must not block.
  virtual void After(absl::Duration delay, std::function<void()> work) = 0;
};

// Work that is still waiting runs when this object is destroyed. `clock` must advance by itself.
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
      MARQUEE_GUARDED_BY(mutex_);  // by due time on Monotonic()
  bool ending_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace marquee::httpc
