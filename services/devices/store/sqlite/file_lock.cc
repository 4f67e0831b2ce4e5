#include "services/devices/store/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace marquee::devices {

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Acquire(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::UnavailableError(
        fmt::format("cannot open {}: {}", path.string(), std::generic_category().message(errno)));
  }
  auto lock = std::unique_ptr<FileLock>(new FileLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t size = pread(fd, holder, sizeof holder - 1, 0);
    return absl::FailedPreconditionError(
        fmt::format("in use by process {}; stop that process, or set another data_dir",
                    size > 0 ? std::atol(holder) : 0));
  }
  // The process id is only for the message above; the kernel enforces the lock.
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    return absl::UnavailableError(
        fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(errno)));
  }
  return lock;
}

FileLock::~FileLock() { close(fd_); }

}  // namespace marquee::devices
