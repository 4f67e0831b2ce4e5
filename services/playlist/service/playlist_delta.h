// Computes the difference between two versions of a playlist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

struct PlaylistDelta {
  std::vector<size_t> places;        // indices in `newer` of new or changed items, ascending
  std::vector<std::string> removed;  // keys of removed items
};

// nullopt if unchanged items have changed their order, or if most items differ: then sending the
// full playlist is better.
std::optional<PlaylistDelta> DeltaOf(const Snapshot& older, const Snapshot& newer);

}  // namespace marquee::playlist
