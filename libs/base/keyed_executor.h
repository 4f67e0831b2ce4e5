// Shares the threads of an executor among keys, so that work of one key never occupies all of them.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/mutex.h"

namespace marquee::base {

// Thread-safe. Must outlive the submitted work: drain the inner executor first.
class KeyedExecutor {
 public:
  struct Options {
    size_t max_running_per_key = 12;  // further work of that key is queued
    size_t max_queued = 256;          // of all keys together
  };

  // The executor for one key. Cheap to make; must not outlive the KeyedExecutor.
  class Lane final : public Executor {
   public:
    Lane(KeyedExecutor& shared, std::string_view key) : shared_(shared), key_(key) {}
    // As Executor::Submit.
    absl::Status Submit(std::function<void()> work) override {
      return shared_.Submit(key_, std::move(work));
    }

   private:
    KeyedExecutor& shared_;
    const std::string key_;
  };

  KeyedExecutor(Executor& inner, Options options) : inner_(inner), options_(options) {}

  // kResourceExhausted: too much work is queued. Other errors as the inner executor's Submit.
  absl::Status Submit(const std::string& key, std::function<void()> work);

  size_t queued() const;

 private:
  using Task = std::shared_ptr<const std::function<void()>>;
  struct Queue {
    size_t running = 0;
    std::deque<Task> waiting;  // empty unless max_running_per_key are running
  };

  // Runs `task` on a thread of the inner executor, then starts queued work of the key.
  void Run(const std::string& key, Task task);
  // The next task for the thread on which a task of `key` has ended; null: none.
  Task Next(const std::string& key);

  Executor& inner_;
  const Options options_;
  mutable Mutex mutex_;
  size_t queued_ MARQUEE_GUARDED_BY(mutex_) = 0;
  // Only keys that have work.
  absl::flat_hash_map<std::string, Queue> queues_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::base
