#include "services/playlist/service/artist_pages.h"

#include <absl/container/flat_hash_map.h>
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

namespace marquee::playlist {
namespace {

// Maximum number of albums in one response.
constexpr size_t kMaxAlbums = 5000;

}  // namespace

ArtistPages ArtistsOf(const Snapshot& music, uint64_t seed, size_t offset, size_t count) {
  struct Artist {
    uint64_t rank;
    std::string_view name;
    std::vector<const PlaylistItem*> albums;
  };
  absl::flat_hash_map<std::string, Artist> by_name;
  for (const ItemPtr& entry : music.items) {
    const std::string& name = entry->item.artist;
    if (name.empty()) continue;
    Artist& artist = by_name[name];
    artist.albums.push_back(entry.get());
  }
  std::vector<Artist*> artists;
  for (auto& [name, artist] : by_name) {
    artist.rank = XXH3_64bits_withSeed(name.data(), name.size(), seed);
    artist.name = name;
    artists.push_back(&artist);
  }
  std::ranges::sort(artists, [](const Artist* a, const Artist* b) {
    return std::tie(a->rank, a->name) < std::tie(b->rank, b->name);
  });

  ArtistPages page;
  size_t at = std::min(offset, artists.size());
  for (const size_t end = std::min(at + count, artists.size());
       at < end && page.albums.size() < kMaxAlbums; ++at) {
    auto& albums = artists[at]->albums;
    std::ranges::sort(albums, [](const PlaylistItem* a, const PlaylistItem* b) {
      return std::tie(a->item.year, a->item.key) < std::tie(b->item.year, b->item.key);
    });
    page.albums.insert(page.albums.end(), albums.begin(), albums.end());
  }
  page.next = at < artists.size() ? at : 0;
  return page;
}

}  // namespace marquee::playlist
