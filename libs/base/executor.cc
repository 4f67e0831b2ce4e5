#include "libs/base/executor.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

namespace marquee::base {

BoundedExecutor::BoundedExecutor(Options options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { Run(); });
    pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, 15).c_str());
  }
}

BoundedExecutor::~BoundedExecutor() { Drain(); }

absl::Status BoundedExecutor::Submit(std::function<void()> work) {
  {
    const MutexLock lock(mutex_);
    if (draining_) {
      return absl::UnavailableError(fmt::format("{} is shutting down", options_.name));
    }
    if (queue_.size() >= options_.max_queued) {
      return absl::ResourceExhaustedError(fmt::format("{} is busy: {} requests are already waiting",
                                                      options_.name, options_.max_queued));
    }
    queue_.push_back(std::move(work));
  }
  wake_.NotifyOne();
  return absl::OkStatus();
}

void BoundedExecutor::Drain() {
  {
    const MutexLock lock(mutex_);
    draining_ = true;
  }
  wake_.NotifyAll();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

size_t BoundedExecutor::queued() const {
  const MutexLock lock(mutex_);
  return queue_.size();
}

void BoundedExecutor::Run() {
  while (true) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !draining_) wake_.Wait(lock);
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace marquee::base
