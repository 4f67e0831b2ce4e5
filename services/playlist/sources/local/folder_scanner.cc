#include "services/playlist/sources/local/folder_scanner.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/unicode.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/folder_roles.h"

namespace marquee::playlist {
namespace {

bool IsBelowBackgrounds(std::string_view path) {
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (LowerAscii(path.substr(0, end)) == "backgrounds") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

}  // namespace

std::string SidecarKey(std::string_view path) { return LowerAscii(Nfc(path)); }

absl::StatusOr<FolderScan> ScanFolder(const LocalRoot& root, const ScanOptions& options,
                                      const base::Clock& clock, const base::CallContext& context) {
  FolderScan scan;
  FolderWalker walker(root, options);
  const auto visit = [&](FolderListing& listing) {
    scan.folders.push_back(listing.path);
    for (const ListedFile& file : listing.files) {
      if (!IsSidecarName(file.name) || scan.sidecars.size() >= options.max_files) continue;
      std::string path = listing.path.empty() ? file.name : listing.path + "/" + file.name;
      scan.sidecars[SidecarKey(path)] = {.path = path, .facts = file.facts};
    }
    TakeFolder(IsBelowBackgrounds(listing.path), &listing, &scan.files, &walker.left_out());
    if (scan.files.size() <= options.max_files) return true;
    scan.files.resize(options.max_files);
    scan.truncated = true;
    return false;
  };
  MARQUEE_RETURN_IF_ERROR(walker.Walk(clock, context, visit));
  std::ranges::sort(scan.files, {}, &ScannedFile::path);
  scan.problems = walker.problems();
  scan.left_out = walker.left_out();
  scan.truncated = scan.truncated || walker.truncated();
  scan.emptied_by = walker.emptied_by();
  return scan;
}

}  // namespace marquee::playlist
