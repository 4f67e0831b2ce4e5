// The albums of a music playlist, grouped by artist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct ArtistPages {
  std::vector<const PlaylistItem*> albums;  // albums of the page; valid as long as the snapshot
  size_t next = 0;                          // offset of the next page's first artist; 0: last page
};

// The albums of `count` artists starting with the `offset`-th, in an order determined by `seed`;
// albums of one artist by year. Albums without an artist are omitted.
ArtistPages ArtistsOf(const Snapshot& music, uint64_t seed, size_t offset, size_t count);

}  // namespace marquee::playlist
