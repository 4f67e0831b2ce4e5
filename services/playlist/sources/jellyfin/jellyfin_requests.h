// The paths by which a Jellyfin or Emby server is asked for its titles.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::playlist {

// type: Movie, Series. `since`: only what was saved since then; InfinitePast: everything.
std::string ListingPath(std::string_view library_id, std::string_view type, size_t first,
                        size_t count, absl::Time since);
// How many titles a library has; the answer lists none.
std::string TotalPath(std::string_view library_id, std::string_view type);
// How many films and series of the whole server, and collections when they matter, were saved since
// then.
std::string ChangesPath(absl::Time since, bool collections);
// The collections of the server, and what is in one of them.
std::string CollectionsPath();
std::string CollectionPath(std::string_view id);

}  // namespace marquee::playlist
