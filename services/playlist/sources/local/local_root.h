// The folder of a local source, and the only way to a file in it. Reads only; nothing is ever
// written below a root.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "services/playlist/sources/local/unique_fd.h"

namespace marquee::playlist {

struct OpenedFile {
  UniqueFd fd;
  uint64_t size = 0;
  int64_t mtime_ns = 0;  // since the epoch
};

// Thread-safe.
class LocalRoot {
 public:
  // kNotFound, kFailedPrecondition (not a folder), kPermissionDenied: with a message that names
  // the folder. Symbolic links in `path` itself are followed, once.
  static absl::StatusOr<LocalRoot> Create(const std::filesystem::path& path);

  // The canonical folder.
  const std::filesystem::path& path() const { return path_; }

  // kUnavailable when the folder is not there now, such as a network share that went away.
  absl::Status CheckPresent() const;

  // Opens a regular file by its path relative to the root, without a leading `/`.
  //   kNotFound          no such file, or no regular one
  //   kPermissionDenied  the path leads out of the root: by `..`, as an absolute name, or by a
  //                      symbolic link on the way
  //   kUnavailable       it may not be read, or an I/O error
  absl::StatusOr<OpenedFile> Open(std::string_view relative) const;

 private:
  explicit LocalRoot(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path path_;
};

// Changes with the file: hexadecimal hash of size and mtime.
std::string FileValidator(uint64_t size, int64_t mtime_ns);

// Reads up to `length` bytes at `offset`; fewer only at the end of the file. kUnavailable on an
// I/O error.
absl::Status ReadAt(int fd, uint64_t offset, size_t length, std::string* out);

}  // namespace marquee::playlist
