// Keeps a second process off a database: an exclusive flock(2) on a file beside it. The kernel
// lets go when the holder ends, however it ends, so there is no stale lock to clean up.
#pragma once

#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>

namespace marquee::devices {

class FileLock {
 public:
  // Does not wait. kFailedPrecondition: another process (named by its id) holds it.
  // kUnavailable: the lock file cannot be made.
  static absl::StatusOr<std::unique_ptr<FileLock>> Acquire(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace marquee::devices
