#include "services/playlist/service/playlist_delta.h"

#include <absl/container/flat_hash_map.h>

#include <string_view>

#include "libs/base/strings.h"

namespace marquee::playlist {

std::optional<PlaylistDelta> DeltaOf(const Snapshot& older, const Snapshot& newer) {
  absl::flat_hash_map<std::string_view, size_t, base::StringHash, base::StringEq> places;
  places.reserve(older.items.size());
  for (size_t i = 0; i < older.items.size(); ++i) places.emplace(older.items[i]->item.key, i);

  PlaylistDelta delta;
  size_t least = 0;  // smallest index in `older` of the next unchanged item
  for (size_t i = 0; i < newer.items.size(); ++i) {
    const auto at = places.find(std::string_view(newer.items[i]->item.key));
    if (at == places.end()) {
      delta.places.push_back(i);
      continue;
    }
    const size_t place = at->second;
    places.erase(at);
    if (older.items[place]->hash != newer.items[i]->hash) {
      delta.places.push_back(i);
    } else if (place < least) {
      return std::nullopt;
    } else {
      least = place + 1;
    }
  }
  for (const auto& [key, place] : places) delta.removed.emplace_back(key);
  if (2 * (delta.places.size() + delta.removed.size()) > newer.items.size()) return std::nullopt;
  return delta;
}

}  // namespace marquee::playlist
