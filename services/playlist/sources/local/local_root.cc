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

std::string ProcPath(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

bool IsBelow(std::string_view path, std::string_view root) {
  if (root.empty()) return false;
  if (root == "/") return path.starts_with('/');
  return path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
}

std::filesystem::path Absolute(const std::filesystem::path& path) {
  std::error_code error;  // set if the working directory was removed
  std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal();
}

}  // namespace

LocalRoot::LocalRoot(const std::filesystem::path& path) : path_(Absolute(path)) {}

FileFacts FactsOf(const struct stat& info) {
  const auto nanoseconds = [](const timespec& time) {
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {.size = static_cast<uint64_t>(info.st_size),
          .mtime_ns = nanoseconds(info.st_mtim),
          .ctime_ns = nanoseconds(info.st_ctim),
          .inode = info.st_ino};
}

std::string FileValidator(const FileFacts& facts) {
  const std::array<uint64_t, 4> parts = {facts.size, static_cast<uint64_t>(facts.mtime_ns),
                                         static_cast<uint64_t>(facts.ctime_ns), facts.inode};
  return fmt::format("{:016x}", XXH3_64bits(parts.data(), sizeof parts));
}

std::string PathOfFd(int fd) {
  std::string path(4096, '\0');
  const ssize_t length = ::readlink(ProcPath(fd).c_str(), path.data(), path.size());
  path.resize(length < 0 ? 0 : static_cast<size_t>(length));
  return path;
}

absl::Status LocalRoot::CheckPresent() const {
  const UniqueFd folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (folder.valid()) return absl::OkStatus();
  switch (const int error = errno; error) {
    case ENOENT:
      return absl::UnavailableError(fmt::format(
          "folder {} does not exist; create it, mount it or correct its path", path_.string()));
    case ENOTDIR:
      return absl::UnavailableError(
          fmt::format("{} is not a folder; correct its path", path_.string()));
    case EACCES:
    case EPERM:
      return absl::UnavailableError(fmt::format(
          "no permission to read folder {}; grant read permission to the user that runs Marquee",
          path_.string()));
    default:
      return absl::UnavailableError(
          fmt::format("folder {} cannot be read: {}", path_.string(), Reason(error)));
  }
}

absl::StatusOr<UniqueFd> LocalRoot::Locate(std::string_view relative) const {
  if (relative.starts_with('/') || HasParentSegment(relative) ||
      relative.find('\0') != std::string_view::npos) {
    return absl::PermissionDeniedError(fmt::format("{}: not a path below the folder", relative));
  }
  const UniqueFd root(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) {
    MARQUEE_RETURN_IF_ERROR(CheckPresent());
    return absl::UnavailableError(
        fmt::format("folder {} is temporarily unavailable", path_.string()));
  }
  const std::string name = relative.empty() ? "." : std::string(relative);
  // O_PATH finds the entry without opening it. All following calls use this descriptor, so that no
  // link can be swapped between check and use.
  UniqueFd entry(::openat(root.get(), name.c_str(), O_PATH | O_CLOEXEC));
  if (!entry.valid()) {
    const int error = errno;
    const std::string message = fmt::format("{}: {}", relative, Reason(error));
    const bool absent =
        error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
    return absent ? absl::NotFoundError(message) : absl::UnavailableError(message);
  }
  if (!relative.empty() && !IsBelow(PathOfFd(entry.get()), PathOfFd(root.get()))) {
    return absl::PermissionDeniedError(
        fmt::format("{}: a link leads out of the source's folder", relative));
  }
  return entry;
}

absl::StatusOr<UniqueFd> LocalRoot::OpenFolder(std::string_view relative) const {
  MARQUEE_ASSIGN_OR_RETURN(const UniqueFd entry, Locate(relative));
  UniqueFd folder(::openat(entry.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (folder.valid()) return folder;
  const int error = errno;
  const std::string message = fmt::format("{}: {}", relative, Reason(error));
  return error == ENOTDIR ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

absl::StatusOr<OpenedFile> LocalRoot::Open(std::string_view relative) const {
  if (relative.empty()) return absl::NotFoundError("the folder itself is not a file");
  MARQUEE_ASSIGN_OR_RETURN(const UniqueFd entry, Locate(relative));
  struct stat info = {};
  if (::fstat(entry.get(), &info) != 0) {
    return absl::UnavailableError(fmt::format("{}: {}", relative, Reason(errno)));
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::NotFoundError(fmt::format("{}: not a regular file", relative));
  }
  OpenedFile file;
  file.facts = FactsOf(info);
  file.fd =
      UniqueFd(::open(ProcPath(entry.get()).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.fd.valid()) {
    return absl::UnavailableError(fmt::format("{}: {}", relative, Reason(errno)));
  }
  return file;
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
