// Watches how many file descriptors the process has left. Without them it accepts no connection and
// opens no file, so it should get no new work until some are free again.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <functional>
#include <string>
#include <thread>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::app {

// Thread-safe. Short: less than a sixteenth of the limit, at most 16, are free; no longer short:
// twice that is free. Each change is a log line. Metric: marquee_descriptors_short (0 or 1).
class DescriptorWatch {
 public:
  // How often Start looks: a shortage is over for others at most this long after it ended.
  static constexpr absl::Duration kEvery = absl::Seconds(1);

  struct Usage {
    size_t open = 0;
    size_t limit = 0;  // RLIMIT_NOFILE
  };

  // `usage`: for tests; the others must outlive the watch.
  DescriptorWatch(obs::Metrics& metrics, obs::Logger& logger,
                  std::function<Usage()> usage = &UsageOfThisProcess);
  ~DescriptorWatch() { Stop(); }
  DescriptorWatch(const DescriptorWatch&) = delete;
  DescriptorWatch& operator=(const DescriptorWatch&) = delete;

  // Looks every kEvery on a thread of its own until Stop(); `on_change` is called there.
  void Start(std::function<void(bool is_short)> on_change);
  // After it `on_change` is not called. Idempotent.
  void Stop();

  // Looks once. True: the state has changed.
  bool Look();
  // Why the process should get no new work, as seen at the last look: "no file descriptors are
  // left: …". Empty: enough are free.
  std::string Shortage() const;

  static Usage UsageOfThisProcess();

 private:
  const std::function<Usage()> usage_;
  obs::Logger& logger_;
  const obs::Gauge short_;
  mutable base::Mutex mutex_;
  base::CondVar stopped_;
  bool stop_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool is_short_ MARQUEE_GUARDED_BY(mutex_) = false;
  Usage last_ MARQUEE_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace marquee::app
