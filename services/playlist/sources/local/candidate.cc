#include "services/playlist/sources/local/candidate.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <optional>
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

// Lower values win.
int Precedence(const Candidate& candidate) {
  switch (candidate.role) {
    case FileRole::kPoster:
      return 10;
    case FileRole::kBackground:
      return 20;
    case FileRole::kClearLogo:
      return 30;
    case FileRole::kPack:
      break;
  }
  const std::string folder = LowerAscii(BaseName(FolderOf(candidate.path)));
  if (folder == "manual") return 0;
  if (folder == "plex-export") return 1;
  if (folder == "jellyfin-export") return 2;
  return 3;
}

// The loose images of one folder: the preferred one of each role.
struct FolderGroup {
  Candidate* poster = nullptr;
  Candidate* background = nullptr;
  Candidate* clear_logo = nullptr;

  Candidate*& Of(FileRole role) {
    if (role == FileRole::kPoster) return poster;
    return role == FileRole::kBackground ? background : clear_logo;
  }
  // The first image that can form a title; null: none can.
  const Candidate* leader() const { return poster != nullptr ? poster : background; }
};

Item ItemOf(const FolderGroup& group) {
  Item item;
  for (const Candidate* part : {group.poster, group.background, group.clear_logo}) {
    if (part == nullptr) continue;
    if (item.title.empty()) {
      item = part->item;
    } else {
      FillAbsent(part->item, &item);
    }
  }
  return item;
}

void Finish(const std::string& slug, const Candidate* leader, Item* item) {
  item->key = "local-" + slug;
  if (leader != nullptr) {
    const std::string& path = leader->path;
    item->key +=
        fmt::format("-{:08x}", static_cast<uint32_t>(XXH3_64bits(path.data(), path.size())));
  }
  item->id = item->key;
}

// Merges the candidates of one slug. `members`: in order of precedence, then rank, then path.
void MergeTitle(const std::string& slug, const std::vector<Candidate*>& members,
                std::vector<Item>* items) {
  std::optional<Item> main;
  std::map<std::string_view, FolderGroup> folders;
  std::vector<std::string_view> order;  // folders in the order of their first member
  for (Candidate* member : members) {
    if (member->role == FileRole::kPack) {
      if (main) {
        FillAbsent(member->item, &*main);
      } else {
        main = member->item;
      }
      continue;
    }
    const std::string_view folder = FolderOf(member->path);
    if (!folders.contains(folder)) order.push_back(folder);
    Candidate*& place = folders[folder].Of(member->role);
    if (place == nullptr)
      place = member;  // otherwise a duplicate, such as alien.png beside alien.jpg
  }

  // Folders with a poster come first in `order`; the first of them belongs to the title itself.
  std::vector<Item> further;
  const bool has_pack = main.has_value();
  bool has_poster = false;
  for (const std::string_view folder : order) {
    const FolderGroup& group = folders[folder];
    Item item = ItemOf(group);
    if (!main) {
      if (group.leader() == nullptr) continue;
      main = std::move(item);
      has_poster = group.poster != nullptr;
    } else if (group.poster != nullptr ? !has_poster
                                       : has_pack || has_poster || group.leader() == nullptr) {
      FillAbsent(item, &*main);
      has_poster = has_poster || group.poster != nullptr;
    } else {
      Finish(slug, group.leader(), &item);
      further.push_back(std::move(item));
    }
  }
  if (!main) return;
  Finish(slug, nullptr, &*main);
  items->push_back(*std::move(main));
  std::ranges::move(further, std::back_inserter(*items));
}

// Films of equal name and year but different ids are separate titles. `id_of` returns the id of an
// item as text, empty if it has none.
void SplitByIds(std::vector<Candidate>* candidates, std::string_view name,
                std::string (*id_of)(const Item&)) {
  absl::flat_hash_map<std::string, std::set<std::string>> ids;
  for (const Candidate& candidate : *candidates) {
    if (std::string id = id_of(candidate.item); !id.empty()) {
      ids[candidate.slug].insert(std::move(id));
    }
  }
  absl::erase_if(ids, [](const auto& of_slug) { return of_slug.second.size() < 2; });
  for (Candidate& candidate : *candidates) {
    const std::string id = id_of(candidate.item);
    if (id.empty() || !ids.contains(candidate.slug)) continue;
    candidate.slug += fmt::format("-{}{}", name, id);
  }
}

std::string TmdbOf(const Item& item) {
  return item.tmdb_id ? fmt::format("{}", *item.tmdb_id) : std::string();
}
std::string TvdbOf(const Item& item) {
  return item.tvdb_id ? fmt::format("{}", *item.tvdb_id) : std::string();
}
// https://www.imdb.com/title/tt0078748/ -> tt0078748
std::string ImdbOf(const Item& item) {
  const size_t at = item.imdb_url.rfind("/tt");
  if (at == std::string::npos) return {};
  const size_t end = item.imdb_url.find_first_not_of("0123456789", at + 3);
  return item.imdb_url.substr(at + 1, end == std::string::npos ? end : end - at - 1);
}

}  // namespace

std::vector<Item> MergeCandidates(std::vector<Candidate> candidates) {
  SplitByIds(&candidates, "tmdb", TmdbOf);
  SplitByIds(&candidates, "tvdb", TvdbOf);
  SplitByIds(&candidates, "", ImdbOf);
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return std::tuple(Precedence(a), a.rank, std::string_view(a.path)) <
           std::tuple(Precedence(b), b.rank, std::string_view(b.path));
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
  for (const std::string* slug : order) MergeTitle(*slug, titles[*slug], &items);
  for (Item& item : items) {
    if (item.poster_url.empty()) item.poster_url = item.background_url;
    if (item.background_url.empty()) item.background_url = item.poster_url;
  }
  return items;
}

}  // namespace marquee::playlist
