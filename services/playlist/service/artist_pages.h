// The albums of a music playlist, grouped by artist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct ArtistPages {
  std::vector<const PlaylistItem*> albums;  // of the page; as long as the snapshot
  size_t next = 0;                          // offset of the next page's first artist; 0: the last
};

// The albums of `count` artists from the `offset`-th on, in an order fixed by `seed`; within an
// artist by year. An album without an artist is left out.
ArtistPages ArtistsOf(const Snapshot& music, uint64_t seed, size_t offset, size_t count);

}  // namespace marquee::playlist
