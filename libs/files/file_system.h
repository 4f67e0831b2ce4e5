// File operations as a dependency: those needed by the playlist's snapshot and the image disk tier.
// Tests use the real file system on a TempDir, or testing::FaultyFileSystem around it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::files {

struct FileInfo {
  enum class Kind { kFile, kDirectory, kOther };
  Kind kind = Kind::kOther;  // symbolic links are followed
  uint64_t size_bytes = 0;
  int64_t mtime_ns = 0;  // since the epoch
};

enum class Durability {
  kSynced,    // survives a power cut once WriteAtomically has returned
  kUnsynced,  // survives the process, not a power cut: for data that can be recreated
};

struct WriteOptions {
  mode_t mode = 0600;  // exactly; the umask does not apply
  Durability durability = Durability::kSynced;
};

// Thread-safe. Every error's message ends with the path and the system's reason, and its code is
//   kNotFound            no such file or folder
//   kPermissionDenied    no permission to read or write
//   kResourceExhausted   disk full, quota used up, or no descriptor left
//   kFailedPrecondition  a folder where a file was expected, or the reverse
//   kUnavailable         anything else, such as an I/O error
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Reads the whole file. kOutOfRange if it is larger than `max_bytes`.
  virtual absl::StatusOr<std::string> Read(const std::filesystem::path& path, size_t max_bytes) = 0;

  // Readers see the old or the new bytes, never a mix, and after an error the old ones. The folder
  // must exist. A process killed during the call leaves a file for which IsTemporary() is true.
  virtual absl::Status WriteAtomically(const std::filesystem::path& path, std::string_view bytes,
                                       const WriteOptions& options) = 0;
  absl::Status WriteAtomically(const std::filesystem::path& path, std::string_view bytes) {
    return WriteAtomically(path, bytes, WriteOptions());
  }

  // Removes a file or an empty folder.
  virtual absl::Status Remove(const std::filesystem::path& path) = 0;

  // Names (not paths) in a folder, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::filesystem::path& folder) = 0;

  virtual absl::StatusOr<FileInfo> Stat(const std::filesystem::path& path) = 0;

  // Creates the folder and its parents; OK if it exists.
  virtual absl::Status MakeDirs(const std::filesystem::path& folder) = 0;

  // Space available to ordinary users on the file system of `path`.
  virtual absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& path) = 0;
};

// Whether `name` (without a folder) is left over from an interrupted WriteAtomically. Only the
// owner of a folder may remove such a file, before it starts to write there.
bool IsTemporary(std::string_view name);

}  // namespace marquee::files
