// std::mutex with annotations for clang's thread-safety analysis. Used instead of absl::Mutex,
// whose thread sanitizer annotations are missing in Debian's build and would cause false positives.
#pragma once

#include <condition_variable>
#include <mutex>

#define MARQUEE_GUARDED_BY(x) __attribute__((guarded_by(x)))
#define MARQUEE_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define MARQUEE_EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))

namespace marquee::base {

class __attribute__((capability("mutex"))) Mutex {
 public:
  void lock() __attribute__((acquire_capability())) { mutex_.lock(); }
  void unlock() __attribute__((release_capability())) { mutex_.unlock(); }
  bool try_lock() __attribute__((try_acquire_capability(true))) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

// Holds a Mutex for a scope. Meets BasicLockable, so CondVar can wait on it.
class __attribute__((scoped_lockable)) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() __attribute__((release_capability())) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class CondVar;
  Mutex& mutex_;
};

// A condition variable over a Mutex. Wait in a loop that re-checks the condition under the lock:
//   MutexLock lock(mutex_);
//   while (queue_.empty()) cond_.Wait(lock);
class CondVar {
 public:
  void Wait(MutexLock& lock) { cond_.wait(lock.mutex_); }

  // False when `deadline` passed first.
  template <class Clock, class Duration>
  bool WaitUntil(MutexLock& lock, std::chrono::time_point<Clock, Duration> deadline) {
    return cond_.wait_until(lock.mutex_, deadline) == std::cv_status::no_timeout;
  }

  void NotifyOne() { cond_.notify_one(); }
  void NotifyAll() { cond_.notify_all(); }

 private:
  std::condition_variable_any cond_;
};

}  // namespace marquee::base
