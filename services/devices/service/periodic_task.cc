#include "services/devices/service/periodic_task.h"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace marquee::devices {

PeriodicTask::PeriodicTask(absl::Duration every, std::function<void()> work)
    : every_(every), work_(std::move(work)), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "devices-periodic_task");
}

PeriodicTask::~PeriodicTask() { Stop(); }

void PeriodicTask::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void PeriodicTask::Run() {
  while (true) {
    {
      base::MutexLock lock(mutex_);
      const auto next = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(every_);
      while (!stopping_ && stop_.WaitUntil(lock, next)) {
      }
      if (stopping_) return;
    }
    work_();
  }
}

}  // namespace marquee::devices
