// A file system with configured failures: at its n-th call, or from then on.
//   FaultyFileSystem files(real);
//   files.FailAt(3);   // the third call from now fails with "No space left on device"
#pragma once

#include <optional>

#include "libs/base/mutex.h"
#include "libs/files/file_system.h"

namespace marquee::testing {

// Thread-safe. A failing call does not touch the inner file system, which must outlive this one.
class FaultyFileSystem final : public files::FileSystem {
 public:
  explicit FaultyFileSystem(files::FileSystem& inner) : inner_(inner) {}

  static absl::Status DiskFull() {
    return absl::ResourceExhaustedError("cannot write: No space left on device");
  }

  // The n-th call from now (1 is the next one) fails, once.
  void FailAt(int n, const absl::Status& error = DiskFull());
  // The n-th call and all later ones fail, until Heal().
  void FailFrom(int n, const absl::Status& error = DiskFull());
  void Heal();
  // Sets the result of FreeBytes.
  void SetFreeBytes(uint64_t bytes);
  // Number of calls so far, including failed ones.
  int calls() const;

  using FileSystem::WriteAtomically;
  absl::StatusOr<std::string> Read(const std::filesystem::path& path, size_t max_bytes) override;
  absl::Status WriteAtomically(const std::filesystem::path& path, std::string_view bytes,
                               const files::WriteOptions& options) override;
  absl::Status Remove(const std::filesystem::path& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::filesystem::path& folder) override;
  absl::StatusOr<files::FileInfo> Stat(const std::filesystem::path& path) override;
  absl::Status MakeDirs(const std::filesystem::path& folder) override;
  absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& path) override;

 private:
  // Counts the call; returns its configured error, or OK.
  absl::Status Count();

  files::FileSystem& inner_;
  mutable base::Mutex mutex_;
  int calls_ MARQUEE_GUARDED_BY(mutex_) = 0;
  int first_failing_ MARQUEE_GUARDED_BY(mutex_) = 0;  // counted like calls_; 0: none
  int last_failing_ MARQUEE_GUARDED_BY(mutex_) = 0;
  absl::Status error_ MARQUEE_GUARDED_BY(mutex_);
  std::optional<uint64_t> free_bytes_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::testing
