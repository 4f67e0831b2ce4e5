// The SourceOperations of LocalSource.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/sources/local/posterpack.h"

namespace marquee::playlist {
namespace {

// The posterpack to which an image URL refers; empty: not an entry of a posterpack.
std::string PackOf(const Item& item) {
  const auto path = PathOfImageUrl(item.poster_url);
  const size_t query = path.find("?entry=");
  return query == std::string::npos ? "" : path.substr(1, query - 1);
}

}  // namespace

absl::StatusOr<ServerInfo> LocalSource::Test(const base::CallContext& context) {
  const auto scan = ScanFolder(root_, options_.scan, clock_, context);
  if (!scan.ok()) {
    return base::Annotate(scan.status(), fmt::format("local \"{}\"", options_.name));
  }
  const auto packs =
      static_cast<size_t>(std::ranges::count(scan->files, FileRole::kPack, &ScannedFile::role));
  return ServerInfo{.name = root_.path().string(),
                    .version = {},
                    .found = fmt::format("{} images, {} posterpacks{}", scan->files.size() - packs,
                                         packs, scan->truncated ? ", limit reached" : "")};
}

absl::StatusOr<std::vector<LibraryInfo>> LocalSource::ListLibraries(
    const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(Test(context).status());
  const auto known = titles();
  return std::vector<LibraryInfo>{
      {.key = "/",
       .name = root_.path().filename().string(),
       .type = "mixed",
       .items = known == nullptr ? -1 : static_cast<int64_t>(known->size())}};
}

absl::StatusOr<FilterCounts> LocalSource::Preview(const FilterTrial& trial,
                                                  const base::CallContext& /*context*/) {
  const auto known = titles();
  if (known == nullptr) {
    return absl::UnavailableError(
        fmt::format("local \"{}\": its folder has not been read yet", options_.name));
  }
  FilterCounts counts;
  for (const ItemPtr& title : *known) {
    counts.Count(title->item.type, Passes(trial.filter, title->item, clock_.Now()));
  }
  return counts;
}

absl::StatusOr<std::vector<Extra>> LocalSource::ExtrasOf(const Item& item,
                                                         const base::CallContext& /*context*/) {
  std::vector<Extra> extras;
  const std::string path = PackOf(item);
  if (path.empty() || (!item.has_trailer && !item.has_theme)) return extras;
  auto opened = root_.Open(path);
  if (!opened.ok()) return opened.status();
  const auto pack = Posterpack::Open(*std::move(opened));
  if (!pack.ok()) return pack.status();
  const auto add = [&](const char* entry, ExtraKind kind) {
    if (!(*pack)->Find(entry)) return;
    extras.push_back({.kind = kind,
                      .name = item.title,
                      .url = MediaUrl(options_.name, fmt::format("/{}?entry={}", path, entry))});
  };
  add("trailer", ExtraKind::kTrailer);
  add("theme", ExtraKind::kTheme);
  return extras;
}

}  // namespace marquee::playlist
