#include "services/playlist/sources/local/local_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "libs/base/status.h"

namespace marquee::playlist {
namespace {

std::string Reason(int error) { return std::generic_category().message(error); }

bool HasParentSegment(std::string_view path) {
  while (true) {
    const size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

// Where an open file really is. Asked of the kernel after opening, so that no link can be swapped
// between a check and the use.
std::string PathOfFd(int fd) {
  std::string path(4096, '\0');
  const ssize_t length =
      ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), path.data(), path.size());
  path.resize(length < 0 ? 0 : static_cast<size_t>(length));
  return path;
}

bool IsBelow(std::string_view path, std::string_view root) {
  if (root == "/") return path.starts_with('/');
  return path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
}

}  // namespace

absl::StatusOr<LocalRoot> LocalRoot::Create(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path canonical = std::filesystem::canonical(path, error);
  if (error == std::errc::permission_denied) {
    return absl::PermissionDeniedError(fmt::format("folder {} may not be read", path.string()));
  }
  if (error) {
    return absl::NotFoundError(
        fmt::format("folder {} does not exist; create it or correct its path", path.string()));
  }
  if (!std::filesystem::is_directory(canonical, error)) {
    return absl::FailedPreconditionError(fmt::format("{} is not a folder", path.string()));
  }
  if (::access(canonical.c_str(), R_OK | X_OK) != 0) {
    return absl::PermissionDeniedError(
        fmt::format("folder {} may not be read: {}", path.string(), Reason(errno)));
  }
  return LocalRoot(std::move(canonical));
}

absl::Status LocalRoot::CheckPresent() const {
  struct stat info = {};
  if (::stat(path_.c_str(), &info) != 0) {
    return absl::UnavailableError(
        fmt::format("folder {} is not there: {}", path_.string(), Reason(errno)));
  }
  if (!S_ISDIR(info.st_mode)) {
    return absl::UnavailableError(fmt::format("{} is no longer a folder", path_.string()));
  }
  return absl::OkStatus();
}

absl::StatusOr<OpenedFile> LocalRoot::Open(std::string_view relative) const {
  if (relative.empty() || relative.front() == '/' || HasParentSegment(relative) ||
      relative.find('\0') != std::string_view::npos) {
    return absl::PermissionDeniedError(fmt::format("{}: not a path below the folder", relative));
  }

  // O_NONBLOCK: opening a pipe must not wait for its writer.
  OpenedFile file;
  file.fd = UniqueFd(::open((path_ / std::filesystem::path(relative)).c_str(),
                            O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.fd.valid()) {
    const int error = errno;
    const std::string message = fmt::format("{}: {}", relative, Reason(error));
    if (error == ENOENT || error == ENOTDIR || error == ENXIO || error == ELOOP ||
        error == ENAMETOOLONG) {
      return absl::NotFoundError(message);
    }
    return absl::UnavailableError(message);
  }
  if (!IsBelow(PathOfFd(file.fd.get()), path_.native())) {
    return absl::PermissionDeniedError(fmt::format("{}: leads out of its folder", relative));
  }
  struct stat info = {};
  if (::fstat(file.fd.get(), &info) != 0) {
    return absl::UnavailableError(fmt::format("{}: {}", relative, Reason(errno)));
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::NotFoundError(fmt::format("{}: not a file", relative));
  }
  file.size = static_cast<uint64_t>(info.st_size);
  file.mtime_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  return file;
}

std::string FileValidator(uint64_t size, int64_t mtime_ns) {
  const std::array<uint64_t, 2> parts = {size, static_cast<uint64_t>(mtime_ns)};
  return fmt::format("{:016x}", XXH3_64bits(parts.data(), sizeof parts));
}

absl::Status ReadAt(int fd, uint64_t offset, size_t length, std::string* out) {
  out->resize(length);
  size_t have = 0;
  while (have < length) {
    const ssize_t count =
        ::pread(fd, out->data() + have, length - have, static_cast<off_t>(offset + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::UnavailableError(fmt::format("read: {}", Reason(errno)));
    if (count == 0) break;
    have += static_cast<size_t>(count);
  }
  out->resize(have);
  return absl::OkStatus();
}

}  // namespace marquee::playlist
