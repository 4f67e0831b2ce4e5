// The folder of a local source, and the only way to a file in it. Reads only; nothing is ever
// written below a root.
#pragma once

#include <absl/status/statusor.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "services/playlist/sources/local/unique_fd.h"

namespace marquee::playlist {

// What changes when a file is replaced or written to. Size and mtime alone do not: `cp -p`, rsync
// and archivers set the mtime, but no program can set the ctime.
struct FileFacts {
  uint64_t size = 0;
  int64_t mtime_ns = 0;  // since the epoch
  int64_t ctime_ns = 0;  // since the epoch
  uint64_t inode = 0;

  bool operator==(const FileFacts&) const = default;
};
FileFacts FactsOf(const struct stat& info);
// A version of a file: hexadecimal hash of its facts.
std::string FileValidator(const FileFacts& facts);

struct OpenedFile {
  UniqueFd fd;
  FileFacts facts;
};

// Where an open file or folder really is, symbolic links resolved; empty when the kernel does not
// say.
std::string PathOfFd(int fd);

// Thread-safe. The folder need not be there when it is made: it may be on a share that comes
// later, and may go and come back.
class LocalRoot {
 public:
  // A relative path is one below the working directory of now.
  explicit LocalRoot(const std::filesystem::path& path);

  // Absolute; a symbolic link in it is followed anew each time.
  const std::filesystem::path& path() const { return path_; }

  // kUnavailable when the folder is not there now or cannot be read, with a message that names it
  // and says what to do.
  absl::Status CheckPresent() const;

  // Opens a folder by its path relative to the root ("" is the root), for reading its entries.
  //   kNotFound          there is no such folder
  //   kPermissionDenied  the path leads out of the root, by a symbolic link
  //   kUnavailable       the root is not there, it may not be read, or an I/O error
  absl::StatusOr<UniqueFd> OpenFolder(std::string_view relative) const;

  // Opens a regular file by its path relative to the root, without a leading `/`. What is no
  // regular file (a device, a named pipe, a socket) is never opened: opening alone may have
  // effects. Errors as OpenFolder; kPermissionDenied also for `..` and absolute names.
  absl::StatusOr<OpenedFile> Open(std::string_view relative) const;

 private:
  // The entry itself, not opened for reading (O_PATH), and known to be below the root.
  absl::StatusOr<UniqueFd> Locate(std::string_view relative) const;

  const std::filesystem::path path_;
};

// Reads up to `length` bytes at `offset`; fewer only at the end of the file. kUnavailable on an
// I/O error.
absl::Status ReadAt(int fd, uint64_t offset, size_t length, std::string* out);

}  // namespace marquee::playlist
