#include "services/playlist/sources/local/candidate.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/local_metadata.h"

namespace marquee::playlist {
namespace {

std::string_view FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Lower wins.
int Precedence(const Candidate& candidate) {
  if (candidate.role == FileRole::kPoster) return 10;
  if (candidate.role == FileRole::kBackground) return 20;
  const std::string folder = LowerAscii(BaseName(FolderOf(candidate.path)));
  if (folder == "manual") return 0;
  if (folder == "plex-export") return 1;
  if (folder == "jellyfin-export") return 2;
  return 3;
}

// The merged titles of one slug. `members` in order of precedence.
void MergeTitle(const std::vector<Candidate*>& members, std::vector<Item>* items) {
  const size_t title = items->size();
  std::set<std::pair<FileRole, std::string_view>> seen;  // roles, and the folders of loose files
  for (Candidate* member : members) {
    const bool loose = member->role != FileRole::kPack;
    const auto folder = loose ? FolderOf(member->path) : std::string_view();
    const bool first_of_role =
        std::ranges::none_of(seen, [&](const auto& entry) { return entry.first == member->role; });
    const bool repeated = !seen.emplace(member->role, folder).second;
    if (repeated) continue;  // the same picture once more, as alien.png beside alien.jpg
    if (first_of_role && title < items->size()) {
      FillAbsent(member->item, &(*items)[title]);
      continue;
    }
    Item& item = items->emplace_back(std::move(member->item));
    item.key = "local-" + member->slug;
    if (!first_of_role) {
      item.key += fmt::format(
          "-{:08x}", static_cast<uint32_t>(XXH3_64bits(member->path.data(), member->path.size())));
    }
    item.id = item.key;
  }
}

}  // namespace

std::vector<Item> MergeCandidates(std::vector<Candidate> candidates) {
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return std::tuple(Precedence(a), std::string_view(a.path)) <
           std::tuple(Precedence(b), std::string_view(b.path));
  });
  absl::flat_hash_map<std::string, std::vector<Candidate*>> titles;
  std::vector<const std::string*> order;
  for (Candidate& candidate : candidates) {
    auto& members = titles[candidate.slug];
    if (members.empty()) order.push_back(&candidate.slug);
    members.push_back(&candidate);
  }

  std::vector<Item> items;
  items.reserve(titles.size());
  for (const std::string* slug : order) MergeTitle(titles[*slug], &items);
  for (Item& item : items) {
    if (item.poster_url.empty()) item.poster_url = item.background_url;
    if (item.background_url.empty()) item.background_url = item.poster_url;
  }
  return items;
}

}  // namespace marquee::playlist
