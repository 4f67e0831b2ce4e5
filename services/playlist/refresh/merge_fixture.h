// Source entries for tests of merging.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/playlist/refresh/merge.h"
#include "services/playlist/refresh/title_groups.h"

namespace marquee::playlist {

struct EntryOf {
  std::string source = {};
  std::string key = {};
  std::string title = {};
  int32_t year = 0;  // 0: unknown
  int64_t imdb = 0;  // ids; 0: unknown
  int64_t tmdb = 0;
  int64_t tvdb = 0;
  std::string type = "movie";
};

inline Item ItemOf(const EntryOf& entry) {
  Item item;
  item.key = item.id = entry.key;
  item.source = "plex";
  item.server_name = entry.source;
  item.library = entry.source + "'s films";
  item.type = entry.type;
  item.title = entry.title;
  if (entry.year != 0) item.year = entry.year;
  if (entry.imdb != 0)
    item.imdb_url = fmt::format("https://www.imdb.com/title/tt{:07}/", entry.imdb);
  if (entry.tmdb != 0) item.tmdb_id = entry.tmdb;
  if (entry.tvdb != 0) item.tvdb_id = entry.tvdb;
  item.poster_url = fmt::format("/image?server={}&path=%2F{}&v=1", entry.source, entry.key);
  return item;
}

inline std::vector<ItemPtr> EntriesOf(const std::vector<EntryOf>& entries) {
  std::vector<ItemPtr> items;
  for (const EntryOf& entry : entries) items.push_back(MakePlaylistItem(ItemOf(entry)));
  return items;
}

inline std::vector<ItemPtr> Flat(const std::vector<std::vector<ItemPtr>>& lists) {
  std::vector<ItemPtr> flat;
  for (const auto& list : lists) flat.insert(flat.end(), list.begin(), list.end());
  return flat;
}

// The result as the next call's `published` playlist.
inline std::vector<ItemPtr> Merged(const std::vector<MergeOffer>& offers,
                                   const std::vector<ItemPtr>& published = {}) {
  return Flat(MergeTitles(offers, published));
}

// GroupTitles of these entries; the names of their sources are single letters.
using Groups = std::vector<std::vector<uint32_t>>;

inline Groups GroupsOf(const std::vector<EntryOf>& entries) {
  std::vector<Item> items;
  items.reserve(entries.size());
  for (const EntryOf& entry : entries) items.push_back(ItemOf(entry));
  std::vector<TitleEntry> titles;
  for (const Item& item : items) {
    titles.push_back({.item = &item, .source = static_cast<size_t>(item.server_name[0] - 'A')});
  }
  return GroupTitles(titles);
}

}  // namespace marquee::playlist
