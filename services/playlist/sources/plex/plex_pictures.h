// Where a Plex Media Server keeps pictures, and what it writes where it names one.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// True for the path of a picture as the server itself gives it, without a query:
//   /library/metadata/<id>/<thumb, art, clearLogo, banner, …>[/<version>], also of collections
//   /library/metadata/<id>, /library/collections/<id>, /library/sections/<id> or /playlists/<id>,
//   each with /composite/<version>
// Nothing of it is a path at which the server does anything but send a picture.
bool IsPlexPicturePath(std::string_view path);

// That path in what a server writes where it names a picture: the path itself, a URL of it (under
// any of the server's names, with or without scheme), or a transcoder's path that has it as `url`.
// What else stands there, a token for instance, is dropped. Empty when there is none.
std::string PlexPicturePathIn(std::string_view text);

}  // namespace marquee::playlist
