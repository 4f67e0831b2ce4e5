// The file system of the host, through POSIX calls.
#pragma once

#include "libs/files/file_system.h"

namespace marquee::files {

class RealFileSystem final : public FileSystem {
 public:
  using FileSystem::WriteAtomically;

  absl::StatusOr<std::string> Read(const std::filesystem::path& path, size_t max_bytes) override;
  absl::Status WriteAtomically(const std::filesystem::path& path, std::string_view bytes,
                               const WriteOptions& options) override;
  absl::Status Remove(const std::filesystem::path& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::filesystem::path& folder) override;
  absl::StatusOr<FileInfo> Stat(const std::filesystem::path& path) override;
  absl::Status MakeDirs(const std::filesystem::path& folder) override;
  absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& path) override;
};

}  // namespace marquee::files
