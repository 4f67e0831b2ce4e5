// What is different between two versions of a playlist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct PlaylistDelta {
  std::vector<size_t> places;        // of items of the newer one that are new or changed, ascending
  std::vector<std::string> removed;  // keys that are no longer there
};

// nullopt when what stayed is in another order, or when most is different: the whole is the better
// message then.
std::optional<PlaylistDelta> DeltaOf(const Snapshot& older, const Snapshot& newer);

}  // namespace marquee::playlist
