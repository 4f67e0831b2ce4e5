#include "libs/base/keyed_executor.h"

#include <memory>
#include <utility>

namespace marquee::base {

absl::Status KeyedExecutor::Submit(const std::string& key, std::function<void()> work) {
  auto task = std::make_shared<const std::function<void()>>(std::move(work));
  // The inner executor never calls back from Submit. It is called under the lock, so that no other
  // work of this key starts to wait for a task that is then rejected.
  const MutexLock lock(mutex_);
  const auto [at, is_new] = queues_.try_emplace(key);
  Queue& queue = at->second;
  if (queue.running >= options_.max_running_per_key) {
    if (queued_ >= options_.max_queued) {
      return absl::ResourceExhaustedError("too much work is queued");
    }
    ++queued_;
    queue.waiting.push_back(std::move(task));
    return absl::OkStatus();
  }
  absl::Status accepted = inner_.Submit([this, key, task] { Run(key, task); });
  if (accepted.ok()) {
    ++queue.running;
  } else if (is_new) {
    queues_.erase(at);
  }
  return accepted;
}

void KeyedExecutor::Run(const std::string& key, Task task) {
  while (task != nullptr) {
    (*task)();
    task = Next(key);
  }
}

KeyedExecutor::Task KeyedExecutor::Next(const std::string& key) {
  const MutexLock lock(mutex_);
  const auto at = queues_.find(key);
  if (at->second.waiting.empty()) {
    if (--at->second.running == 0) queues_.erase(at);
    return nullptr;
  }
  Task next = std::move(at->second.waiting.front());
  at->second.waiting.pop_front();
  --queued_;
  // Append to the end of the inner queue, so that other keys get their turn. If the queue is full
  // or draining, run on this thread.
  const bool handed_over = inner_.Submit([this, key, next] { Run(key, next); }).ok();
  return handed_over ? nullptr : next;
}

size_t KeyedExecutor::queued() const {
  const MutexLock lock(mutex_);
  return queued_;
}

}  // namespace marquee::base
