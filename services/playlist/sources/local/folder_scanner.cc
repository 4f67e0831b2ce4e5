#include "services/playlist/sources/local/folder_scanner.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

constexpr std::string_view kSidecarSuffix = ".poster.json";

struct Folder {
  std::string path;  // relative; empty for the root
  int depth = 0;
  bool backgrounds = false;
};

using DirHandle = std::unique_ptr<DIR, int (*)(DIR*)>;

bool IsEntered(std::string_view name) { return LowerAscii(name) != "motion"; }

// Calls `visit(name, stat)` for each entry that is not hidden; links are resolved, except those
// that lead to folders. False when the folder cannot be read.
template <class Visit>
bool ForEachEntry(const LocalRoot& root, const std::string& folder, Visit visit) {
  const std::filesystem::path path = folder.empty() ? root.path() : root.path() / folder;
  const DirHandle handle(::opendir(path.c_str()), &::closedir);
  if (handle == nullptr) return false;
  while (const dirent* entry = ::readdir(handle.get())) {
    if (entry->d_name[0] == '.') continue;
    struct stat info = {};
    const int fd = ::dirfd(handle.get());
    if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISLNK(info.st_mode)) {
      if (::fstatat(fd, entry->d_name, &info, 0) != 0 || S_ISDIR(info.st_mode)) continue;
    }
    if (!visit(std::string_view(entry->d_name), info)) break;
  }
  return true;
}

std::string Join(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

}  // namespace

absl::StatusOr<FolderScan> ScanFolder(const LocalRoot& root, const ScanOptions& options,
                                      const base::Clock& clock, const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(root.CheckPresent());
  FolderScan scan;
  std::vector<Folder> pending = {Folder{}};
  size_t folders = 1;
  while (!pending.empty()) {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock));
    const Folder folder = std::move(pending.back());
    pending.pop_back();
    const auto visit = [&](std::string_view name, const struct stat& info) {
      std::string path = Join(folder.path, name);
      if (S_ISDIR(info.st_mode)) {
        if (folder.depth < options.max_depth && IsEntered(name)) {
          if (++folders > options.max_folders) {
            scan.truncated = true;
            return false;
          }
          pending.push_back(
              {.path = std::move(path),
               .depth = folder.depth + 1,
               .backgrounds = folder.backgrounds || LowerAscii(name) == "backgrounds"});
        }
        return true;
      }
      ScannedFile file{.path = std::move(path),
                       .size = static_cast<uint64_t>(info.st_size),
                       .mtime_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
      if (name.ends_with(kSidecarSuffix)) {
        std::string key = file.path;
        if (scan.sidecars.size() < options.max_files) scan.sidecars[key] = std::move(file);
        return true;
      }
      const FileType type = TypeOfName(name);
      if (type != FileType::kImage && type != FileType::kZip) return true;
      if (scan.files.size() >= options.max_files) {
        scan.truncated = true;
        return false;
      }
      file.role = type == FileType::kZip ? FileRole::kPack
                  : folder.backgrounds   ? FileRole::kBackground
                                         : FileRole::kPoster;
      scan.files.push_back(std::move(file));
      return true;
    };
    if (!ForEachEntry(root, folder.path, visit) && folder.depth == 0) {
      return absl::UnavailableError(fmt::format("folder {} cannot be read: {}",
                                                root.path().string(),
                                                std::generic_category().message(errno)));
    }
  }
  std::ranges::sort(scan.files, {}, &ScannedFile::path);
  return scan;
}

std::vector<std::string> ListFolders(const LocalRoot& root, const ScanOptions& options,
                                     size_t max_folders) {
  std::vector<std::string> folders;
  std::vector<Folder> pending = {Folder{}};
  while (!pending.empty() && folders.size() < max_folders) {
    const Folder folder = std::move(pending.back());
    pending.pop_back();
    ForEachEntry(root, folder.path, [&](std::string_view name, const struct stat& info) {
      if (S_ISDIR(info.st_mode) && folder.depth < options.max_depth && IsEntered(name)) {
        pending.push_back({.path = Join(folder.path, name), .depth = folder.depth + 1});
      }
      return true;
    });
    folders.push_back(folder.path);
  }
  return folders;
}

}  // namespace marquee::playlist
