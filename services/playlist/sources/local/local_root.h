// The folder of a local source; all access to its files goes through this class. Read-only: nothing
// below the root is ever written.
#pragma once

#include <absl/status/statusor.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "services/playlist/sources/local/unique_fd.h"

namespace marquee::playlist {

// File attributes that change when a file is replaced or modified. Size and mtime are not
// sufficient: `cp -p`, rsync and archivers set the mtime, but no program can set the ctime.
struct FileFacts {
  uint64_t size = 0;
  int64_t mtime_ns = 0;  // since the epoch
  int64_t ctime_ns = 0;  // since the epoch
  uint64_t inode = 0;

  bool operator==(const FileFacts&) const = default;
};
FileFacts FactsOf(const struct stat& info);
// Version of a file: a hexadecimal hash of its facts.
std::string FileValidator(const FileFacts& facts);

struct OpenedFile {
  UniqueFd fd;
  FileFacts facts;
};

// Real path of an open file or folder, with symbolic links resolved; empty if the kernel does not
// report it.
std::string PathOfFd(int fd);

// Thread-safe. The folder need not exist at construction: it may be on a share that is mounted
// later, or that is temporarily unavailable.
class LocalRoot {
 public:
  // A relative path is resolved against the current working directory.
  explicit LocalRoot(const std::filesystem::path& path);

  // Absolute; symbolic links in it are resolved at each use.
  const std::filesystem::path& path() const { return path_; }

  // kUnavailable: the folder does not exist or cannot be read; the message names it and says what
  // to do.
  absl::Status CheckPresent() const;

  // Opens a folder for reading its entries, by its path relative to the root ("" is the root).
  //   kNotFound          no such folder
  //   kPermissionDenied  the path leads out of the root through a symbolic link
  //   kUnavailable       the root is missing, no read permission, or an I/O error
  absl::StatusOr<UniqueFd> OpenFolder(std::string_view relative) const;

  // Opens a regular file by its path relative to the root, without a leading `/`. Other entries
  // (devices, named pipes, sockets) are never opened, because opening them may have side effects.
  // Errors as OpenFolder; kPermissionDenied also for `..` and absolute names.
  absl::StatusOr<OpenedFile> Open(std::string_view relative) const;

 private:
  // Opens the entry without read access (O_PATH) and verifies that it is below the root.
  absl::StatusOr<UniqueFd> Locate(std::string_view relative) const;

  const std::filesystem::path path_;
};

// Reads up to `length` bytes at `offset`; fewer only at the end of the file. kUnavailable: an I/O
// error.
absl::Status ReadAt(int fd, uint64_t offset, size_t length, std::string* out);

}  // namespace marquee::playlist
