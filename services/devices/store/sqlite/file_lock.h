// Prevents two processes from using one database: an exclusive flock(2) on a file beside it. The
// kernel releases the lock when the process ends, so there are no stale locks.
#pragma once

#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>

namespace marquee::devices {

class FileLock {
 public:
  // Does not wait. kFailedPrecondition: another process (named by its id) holds the lock.
  // kUnavailable: the lock file cannot be created.
  static absl::StatusOr<std::unique_ptr<FileLock>> Acquire(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace marquee::devices
