// A fixed number of threads with a bounded queue. Each gRPC service runs its work here; a full
// queue fails immediately (kResourceExhausted) instead of timing out later.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::base {

// Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` on another thread, later. kResourceExhausted: the queue is full, `work` will not
  // run. kUnavailable: Drain has begun.
  virtual absl::Status Submit(std::function<void()> work) = 0;
};

class BoundedExecutor final : public Executor {
 public:
  struct Options {
    std::string name;  // of the threads, at most 15 characters; also names the metric
    size_t threads = 4;
    size_t max_queued = 64;  // tasks waiting for a thread
  };

  explicit BoundedExecutor(Options options);
  ~BoundedExecutor() override;  // drains

  absl::Status Submit(std::function<void()> work) override;

  // Refuses new work, runs the queued tasks, joins the threads. Idempotent. Must not be called from
  // a task.
  void Drain();

  size_t queued() const;
  const Options& options() const { return options_; }

 private:
  void Run();

  const Options options_;
  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ MARQUEE_GUARDED_BY(mutex_);
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace marquee::base
