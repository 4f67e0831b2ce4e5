#include "services/devices/store/sqlite/store_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "libs/base/status.h"
#include "services/devices/store/sqlite/database.h"
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kBusy = absl::Seconds(5);
constexpr size_t kNamesInMessage = 5;

absl::Status FailedPrecondition(const fs::path& path, int error) {
  return absl::FailedPreconditionError(
      fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

fs::path FolderOf(const fs::path& file) {
  return file.parent_path().empty() ? fs::path(".") : file.parent_path();
}

// Whether it is one of the files that exist before a store has any data.
bool IsOfAnEmptyStore(const fs::directory_entry& entry, const std::string& name) {
  const std::string other = entry.path().filename().string();
  if (other == name || other == name + ".lock" || other == name + ".new") return true;
  std::error_code error;
  const bool journal = other == name + "-wal" || other == name + "-shm" ||
                       other == name + "-journal" || other == name + ".new-journal";
  return journal && entry.file_size(error) == 0;
}

std::vector<std::string> FilesBeside(const fs::path& file) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(FolderOf(file), error), end; !error && entry != end;
       entry.increment(error)) {
    if (!IsOfAnEmptyStore(*entry, file.filename().string())) {
      names.push_back(entry->path().filename().string());
    }
  }
  std::ranges::sort(names);
  names.resize(std::min(names.size(), kNamesInMessage));
  return names;
}

absl::Status MakeComplete(const fs::path& file, const char* vfs) {
  const fs::path part = file.string() + ".new";
  std::error_code error;
  fs::remove(part, error);
  fs::remove(part.string() + "-journal", error);
  MARQUEE_RETURN_IF_ERROR(CreatePrivately(part));
  {
    MARQUEE_ASSIGN_OR_RETURN(const auto db,
                             Database::Open(part.string(), Database::Mode::kReadWrite, kBusy, vfs));
    MARQUEE_RETURN_IF_ERROR(db->Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"));
    MARQUEE_RETURN_IF_ERROR(Migrate(*db));
  }
  MARQUEE_RETURN_IF_ERROR(SyncPath(part));
  return MovePath(part, file);
}

}  // namespace

absl::Status SyncPath(const fs::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : FailedPrecondition(path, error);
}

absl::Status MovePath(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return FailedPrecondition(from, error.value());
  return SyncPath(FolderOf(to));
}

absl::Status CreatePrivately(const fs::path& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return FailedPrecondition(file, errno);
  close(fd);
  return absl::OkStatus();
}

absl::StatusOr<bool> CreateIfMissing(const fs::path& file, const char* vfs) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  const bool missing = status.type() == fs::file_type::not_found;
  if (!missing && (status.type() != fs::file_type::regular || fs::file_size(file, error) > 0)) {
    return false;
  }
  const fs::path wal = file.string() + "-wal";
  const auto wal_bytes = fs::file_size(wal, error);
  const bool has_wal = !error && wal_bytes > 0;
  if (missing && has_wal) {
    return absl::DataLossError(fmt::format(
        "it is missing, but {} with its latest changes exists; put the file back, or restore a "
        "backup (marquee-devices restore FILE)",
        wal.filename().string()));
  }
  if (!missing) {
    const std::vector<std::string> others = FilesBeside(file);
    if (!others.empty()) {
      return absl::DataLossError(
          fmt::format("it is empty, but the folder has files of an earlier run ({}); restore a "
                      "backup (marquee-devices restore FILE), or remove the empty file to start "
                      "without displays",
                      fmt::join(others, ", ")));
    }
  }
  const absl::Status made = MakeComplete(file, vfs);
  if (!made.ok()) return absl::UnavailableError(made.message());
  return true;
}

}  // namespace marquee::devices
