// Image paths of a Plex Media Server, and the forms in which it refers to them.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// True for an image path as returned by the server, without a query:
//   /library/metadata/<id>/<thumb, art, clearLogo, banner, …>[/<version>], also of collections
//   /library/metadata/<id>, /library/collections/<id>, /library/sections/<id> or /playlists/<id>,
//   each with /composite/<version>
// A request for any of these paths has no effect other than returning an image.
bool IsPlexImagePath(std::string_view path);

// Extracts that path from a reference by the server: the path itself, a URL of it (with any of the
// server's names, with or without scheme), or a transcoder's path with it as `url`. Everything
// else, such as a token, is dropped. Empty: no image path.
std::string PlexImagePathIn(std::string_view text);

}  // namespace marquee::playlist
