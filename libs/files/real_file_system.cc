#include "libs/files/real_file_system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace marquee::files {
namespace {

// `.NAME.part-XXXXXX`: hidden, beside its target (rename works within one file system only).
constexpr std::string_view kTemporaryMark = ".part-";
constexpr size_t kRandomCharacters = 6;  // filled in by mkostemp

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
      return absl::StatusCode::kResourceExhausted;
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

absl::Status Failed(std::string_view doing, const std::filesystem::path& path, int error) {
  return {CodeOf(error), fmt::format("cannot {} {}: {}", doing, path.string(),
                                     std::generic_category().message(error))};
}

// Closes on leaving a scope; Close() for callers that need the result.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 ? 0 : close(fd);
  }

 private:
  int fd_;
};

int WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

// 0, or errno of the first step that failed.
int Fill(Descriptor& file, std::string_view bytes, const WriteOptions& options) {
  if (fchmod(file.get(), options.mode) != 0) return errno;
  if (const int error = WriteAll(file.get(), bytes); error != 0) return error;
  if (options.durability == Durability::kSynced && fsync(file.get()) != 0) return errno;
  // Some network file systems report a full disk only here.
  return file.Close() == 0 ? 0 : errno;
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  const Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return Failed("sync", folder, errno);
  return absl::OkStatus();
}

std::filesystem::path FolderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

bool IsTemporary(std::string_view name) {
  const size_t mark = name.rfind(kTemporaryMark);
  return name.starts_with('.') && mark != std::string_view::npos &&
         name.size() - mark == kTemporaryMark.size() + kRandomCharacters;
}

absl::StatusOr<std::string> RealFileSystem::Read(const std::filesystem::path& path,
                                                 size_t max_bytes) {
  // O_NONBLOCK: opening a named pipe without a writer must not hang; no effect on files.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  if (!file.valid() || fstat(file.get(), &info) != 0) return Failed("read", path, errno);
  if (S_ISDIR(info.st_mode)) return Failed("read", path, EISDIR);

  // The size alone is not enough: files in /proc report 0, and a file may grow while it is read.
  std::string bytes;
  bytes.resize(std::min<size_t>(static_cast<size_t>(info.st_size), max_bytes) + 1);
  size_t length = 0;
  for (;;) {
    const ssize_t got = read(file.get(), bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("read", path, errno);
    if (got == 0) break;
    length += static_cast<size_t>(got);
    if (length > max_bytes) {
      return absl::OutOfRangeError(
          fmt::format("cannot read {}: larger than {} bytes", path.string(), max_bytes));
    }
    if (length == bytes.size()) bytes.resize(std::min(2 * length, max_bytes + 1));
  }
  bytes.resize(length);
  return bytes;
}

absl::Status RealFileSystem::WriteAtomically(const std::filesystem::path& path,
                                             std::string_view bytes, const WriteOptions& options) {
  const std::filesystem::path folder = FolderOf(path);
  std::string temporary =
      (folder / fmt::format(".{}{}XXXXXX", path.filename().string(), kTemporaryMark)).string();
  Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) return Failed("write", path, errno);

  int error = Fill(file, bytes, options);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(temporary.c_str());
    return Failed("write", path, error);
  }
  // Without this the new name itself may be lost in a power cut.
  return options.durability == Durability::kSynced ? SyncFolder(folder) : absl::OkStatus();
}

absl::Status RealFileSystem::Remove(const std::filesystem::path& path) {
  if (::remove(path.c_str()) != 0) return Failed("remove", path, errno);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> RealFileSystem::List(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(folder, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (error) return Failed("list", folder, error.value());
  std::ranges::sort(names);
  return names;
}

absl::StatusOr<FileInfo> RealFileSystem::Stat(const std::filesystem::path& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return Failed("stat", path, errno);
  FileInfo found;
  if (S_ISREG(info.st_mode)) found.kind = FileInfo::Kind::kFile;
  if (S_ISDIR(info.st_mode)) found.kind = FileInfo::Kind::kDirectory;
  found.size_bytes = static_cast<uint64_t>(info.st_size);
  found.mtime_ns = int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  return found;
}

absl::Status RealFileSystem::MakeDirs(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Failed("create the folder", folder, error.value());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> RealFileSystem::FreeBytes(const std::filesystem::path& path) {
  struct statvfs info{};
  if (statvfs(path.c_str(), &info) != 0) return Failed("get the free space of", path, errno);
  return uint64_t{info.f_bavail} * uint64_t{info.f_frsize};
}

}  // namespace marquee::files
