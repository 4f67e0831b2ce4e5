#include "services/playlist/sources/local/folder_walker.h"

#include <absl/container/flat_hash_set.h>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/system_names.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxProblems = 10'000;  // limit per walk; same as for folders
constexpr std::string_view kGitIgnore = ".ignore";
constexpr std::string_view kPlexIgnore = ".plexignore";
constexpr std::string_view kNoMedia = ".nomedia";
constexpr std::string_view kSidecarSuffix = ".poster.json";

std::string Join(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

size_t PartsOf(std::string_view path) {
  return path.empty() ? 0 : static_cast<size_t>(std::ranges::count(path, '/')) + 1;
}

// An image or posterpack by its name: must not be skipped silently.
bool IsWantedName(std::string_view name) {
  const FileType type = TypeOfName(name);
  return type == FileType::kImage || type == FileType::kZip;
}

std::string ReasonOf(int error) { return std::generic_category().message(error); }

// Checked before any system call for the file, because media folders contain many other files.
bool MayMatter(const dirent& entry) {
  const std::string_view name = entry.d_name;
  if (name == "." || name == "..") return false;
  if (entry.d_type == DT_DIR || entry.d_type == DT_LNK || entry.d_type == DT_UNKNOWN) return true;
  return TypeOfName(name) != FileType::kOther || IsSidecarName(name) || IsIgnoreFileName(name);
}

}  // namespace

bool IsSidecarName(std::string_view name) { return LowerAscii(name).ends_with(kSidecarSuffix); }

bool IsIgnoreFileName(std::string_view name) {
  return name == kGitIgnore || name == kPlexIgnore || name == kNoMedia;
}

std::string_view NameOf(LeftOutRule rule) {
  switch (rule) {
    case LeftOutRule::kSystem:
      return "system";
    case LeftOutRule::kIgnored:
      return "ignored";
    case LeftOutRule::kExcluded:
      return "excluded";
    case LeftOutRule::kDepth:
      return "depth";
    case LeftOutRule::kArtwork:
      return "artwork";
    case LeftOutRule::kSeason:
      return "season";
    case LeftOutRule::kFolderImage:
      return "folder_image";
  }
  return "system";
}

absl::Status FolderWalker::Walk(const base::Clock& clock, const base::CallContext& context,
                                absl::FunctionRef<bool(FolderListing&)> visit) {
  MARQUEE_RETURN_IF_ERROR(root_.CheckPresent());
  std::vector<Pending> pending = {Pending{}};
  std::vector<Pending> links;
  absl::flat_hash_set<std::pair<uint64_t, uint64_t>> seen;  // device and inode
  size_t visited = 0;
  while (!pending.empty() || !links.empty()) {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock));
    std::vector<Pending>& from = pending.empty() ? links : pending;
    const Pending folder = std::move(from.back());
    from.pop_back();
    auto opened = root_.OpenFolder(folder.path);
    if (!opened.ok()) {
      if (folder.path.empty()) return opened.status();
      NoteFolder(folder.path, opened.status());
      continue;
    }
    struct stat info = {};
    if (::fstat(opened->get(), &info) == 0 && !seen.emplace(info.st_dev, info.st_ino).second) {
      continue;
    }
    if (++visited > options_.max_folders) {
      truncated_ = true;
      return absl::OkStatus();
    }
    FolderListing listing{.path = folder.path, .depth = folder.depth, .files = {}, .folders = {}};
    std::shared_ptr<const Scope> scope = folder.scope;
    const auto entries = ReadEntries(folder.path, *std::move(opened));
    if (!entries.ok()) {
      if (folder.path.empty()) return entries.status();
      NoteFolder(folder.path, entries.status());
      continue;
    }
    if (ReadIgnoreFiles(folder, *entries, &scope)) {
      List(folder, *entries, scope, &listing, &links);
    } else {
      ++left_out_[static_cast<size_t>(LeftOutRule::kIgnored)];
    }
    if (!visit(listing)) return absl::OkStatus();
    for (const std::string& name : listing.folders) {
      pending.push_back(
          {.path = Join(folder.path, name), .depth = folder.depth + 1, .scope = scope});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FolderWalker::Entry>> FolderWalker::ReadEntries(const std::string& path,
                                                                           UniqueFd folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(::fdopendir(folder.get()), &::closedir);
  if (handle == nullptr) {
    return absl::UnavailableError(fmt::format("{}: {}", path, ReasonOf(errno)));
  }
  folder.release();
  const int fd = ::dirfd(handle.get());
  std::vector<Entry> entries;
  while (true) {
    errno = 0;
    const dirent* found = ::readdir(handle.get());
    if (found == nullptr) {
      if (errno == 0) break;
      return absl::UnavailableError(fmt::format("{}: {}", path, ReasonOf(errno)));
    }
    if (!MayMatter(*found)) continue;
    if (entries.size() >= options_.max_files + options_.max_folders) {
      truncated_ = true;
      break;
    }
    Entry entry{.name = found->d_name};
    if (::fstatat(fd, found->d_name, &entry.info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) Note(Join(path, entry.name), SkipReason::kUnreadable, ReasonOf(errno));
      continue;
    }
    entry.is_link = S_ISLNK(entry.info.st_mode);
    // A dangling link keeps the mode of a link.
    struct stat target = {};
    if (entry.is_link && ::fstatat(fd, found->d_name, &target, 0) == 0) entry.info = target;
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

bool FolderWalker::ReadIgnoreFiles(const Pending& folder, const std::vector<Entry>& entries,
                                   std::shared_ptr<const Scope>* scope) {
  for (const Entry& entry : entries) {
    const bool plex = entry.name == kPlexIgnore;
    if (!S_ISREG(entry.info.st_mode)) continue;
    if (entry.name == kNoMedia) {
      if (folder.path.empty()) emptied_by_ = entry.name;
      return false;
    }
    if (!plex && entry.name != kGitIgnore) continue;
    const std::string path = Join(folder.path, entry.name);
    const auto opened = root_.Open(path);
    std::string text;
    absl::Status read = opened.status();
    if (read.ok()) read = ReadAt(opened->fd.get(), 0, IgnoreList::kMaxFileBytes, &text);
    if (!read.ok()) {
      // Its rules are unknown, so the whole folder is excluded.
      Note(path, SkipReason::kUnreadable, std::string(base::MessageOf(read)));
      return false;
    }
    IgnoreList list = plex ? IgnoreList::ParsePlex(text) : IgnoreList::ParseGit(text);
    if (list.everything()) {
      if (folder.path.empty()) emptied_by_ = entry.name;
      return false;
    }
    if (list.empty()) continue;
    *scope = std::make_shared<const Scope>(
        Scope{.list = std::move(list), .first = PartsOf(folder.path), .outer = *scope});
  }
  return true;
}

bool FolderWalker::IsLeftOut(const std::string& path, bool is_folder, const Scope* scope) {
  if (options_.exclude != nullptr && !options_.exclude->empty()) {
    const GlobPath folded = GlobPathOf(path, options_.exclude->fold_case());
    if (options_.exclude->Decide(folded, 0, is_folder).value_or(false)) {
      ++left_out_[static_cast<size_t>(LeftOutRule::kExcluded)];
      return true;
    }
  }
  if (scope == nullptr) return false;
  const GlobPath parts = GlobPathOf(path, false);
  // The innermost list with a matching rule decides (gitignore(5)).
  for (; scope != nullptr; scope = scope->outer.get()) {
    const std::optional<bool> decision = scope->list.Decide(parts, scope->first, is_folder);
    if (!decision) continue;
    if (*decision) ++left_out_[static_cast<size_t>(LeftOutRule::kIgnored)];
    return *decision;
  }
  return false;
}

void FolderWalker::List(const Pending& folder, const std::vector<Entry>& entries,
                        const std::shared_ptr<const Scope>& scope, FolderListing* listing,
                        std::vector<Pending>* links) {
  for (const Entry& entry : entries) {
    std::string path = Join(folder.path, entry.name);
    if (S_ISDIR(entry.info.st_mode)) {
      if (IsSystemFolder(entry.name) || LowerAscii(entry.name) == "motion") {
        ++left_out_[static_cast<size_t>(LeftOutRule::kSystem)];
      } else if (IsLeftOut(path, true, scope.get())) {
        continue;
      } else if (folder.depth >= options_.max_depth) {
        ++left_out_[static_cast<size_t>(LeftOutRule::kDepth)];
      } else if (entry.is_link) {
        links->push_back({.path = std::move(path), .depth = folder.depth + 1, .scope = scope});
      } else {
        listing->folders.push_back(entry.name);
      }
      continue;
    }
    if (IsSystemFile(entry.name)) {
      if (IsWantedName(entry.name)) ++left_out_[static_cast<size_t>(LeftOutRule::kSystem)];
      continue;
    }
    const bool wanted = IsWantedName(entry.name);
    if (wanted && IsLeftOut(path, false, scope.get())) continue;
    if (S_ISREG(entry.info.st_mode)) {
      listing->files.push_back({.name = entry.name, .facts = FactsOf(entry.info)});
    } else if (wanted) {
      Note(path, SkipReason::kUnreadable,
           entry.is_link && S_ISLNK(entry.info.st_mode) ? "a dangling link"
                                                        : "neither a file nor a folder");
    }
  }
}

void FolderWalker::NoteFolder(const std::string& path, const absl::Status& status) {
  if (absl::IsNotFound(status)) return;  // removed since its parent was read
  const bool outside = absl::IsPermissionDenied(status);
  Note(path, outside ? SkipReason::kOutside : SkipReason::kUnreadable,
       outside ? "a link to a folder outside; add that folder as a separate source"
               : std::string(base::MessageOf(status)));
}

void FolderWalker::Note(const std::string& path, SkipReason reason, std::string detail) {
  if (problems_.size() >= kMaxProblems) return;
  problems_.push_back({.path = path, .reason = reason, .detail = std::move(detail)});
}

}  // namespace marquee::playlist
