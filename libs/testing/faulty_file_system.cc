#include "libs/testing/faulty_file_system.h"

#include <limits>

#include "libs/base/status.h"

namespace marquee::testing {

void FaultyFileSystem::FailAt(int n, const absl::Status& error) {
  const base::MutexLock lock(mutex_);
  first_failing_ = last_failing_ = calls_ + n;
  error_ = error;
}

void FaultyFileSystem::FailFrom(int n, const absl::Status& error) {
  const base::MutexLock lock(mutex_);
  first_failing_ = calls_ + n;
  last_failing_ = std::numeric_limits<int>::max();
  error_ = error;
}

void FaultyFileSystem::Heal() {
  const base::MutexLock lock(mutex_);
  first_failing_ = last_failing_ = 0;
}

void FaultyFileSystem::SetFreeBytes(uint64_t bytes) {
  const base::MutexLock lock(mutex_);
  free_bytes_ = bytes;
}

int FaultyFileSystem::calls() const {
  const base::MutexLock lock(mutex_);
  return calls_;
}

absl::Status FaultyFileSystem::Count() {
  const base::MutexLock lock(mutex_);
  ++calls_;
  return calls_ >= first_failing_ && calls_ <= last_failing_ ? error_ : absl::OkStatus();
}

absl::StatusOr<std::string> FaultyFileSystem::Read(const std::filesystem::path& path,
                                                   size_t max_bytes) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.Read(path, max_bytes);
}

absl::Status FaultyFileSystem::WriteAtomically(const std::filesystem::path& path,
                                               std::string_view bytes,
                                               const files::WriteOptions& options) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.WriteAtomically(path, bytes, options);
}

absl::Status FaultyFileSystem::Remove(const std::filesystem::path& path) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.Remove(path);
}

absl::StatusOr<std::vector<std::string>> FaultyFileSystem::List(
    const std::filesystem::path& folder) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.List(folder);
}

absl::StatusOr<files::FileInfo> FaultyFileSystem::Stat(const std::filesystem::path& path) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.Stat(path);
}

absl::Status FaultyFileSystem::MakeDirs(const std::filesystem::path& folder) {
  MARQUEE_RETURN_IF_ERROR(Count());
  return inner_.MakeDirs(folder);
}

absl::StatusOr<uint64_t> FaultyFileSystem::FreeBytes(const std::filesystem::path& path) {
  MARQUEE_RETURN_IF_ERROR(Count());
  {
    const base::MutexLock lock(mutex_);
    if (free_bytes_.has_value()) return *free_bytes_;
  }
  return inner_.FreeBytes(path);
}

}  // namespace marquee::testing
