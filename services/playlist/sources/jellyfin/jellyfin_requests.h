// Request paths for the titles of a Jellyfin or Emby server.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::playlist {

// type: Movie, Series. `since`: only entries saved since then; InfinitePast: all.
std::string ListingPath(std::string_view library_id, std::string_view type, size_t first,
                        size_t count, absl::Time since);
// Requests the number of titles of a library without listing any.
std::string TotalPath(std::string_view library_id, std::string_view type);
// Requests the number of films and series, and of collections if requested, of the whole server
// saved since then.
std::string ChangesPath(absl::Time since, bool collections);
// The collections of the server, and the contents of one.
std::string CollectionsPath();
std::string CollectionPath(std::string_view id);

}  // namespace marquee::playlist
