// Understands what a Jellyfin or Emby server answers: pure functions from bytes to values. They
// read the text once and build no tree of it. What is missing, null or of another type than
// documented counts as absent; text that is no JSON is an error that says what it looks like
// instead.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// GET /System/Info/Public
struct JellyfinServerInfo {
  std::string name;
  std::string version;
  std::string id;
};

// One of GET /Library/VirtualFolders
struct JellyfinLibrary {
  std::string name;
  std::string id;
  std::string kind;  // movies, tvshows, mixed, music, …; empty for a mixed one of older servers
};

// GET /Items
struct JellyfinPage {
  std::vector<Item> items;  // those that can be shown
  size_t listed = 0;        // entries of the page; fewer than asked for: it was the last
  size_t skipped = 0;       // without a poster, or neither movie nor series
  size_t total = 0;         // of the whole listing as the server says; 0 when it does not
};

// All take the answer's body by value: the parser needs some room behind its end.
// kFailedPrecondition: not the answer of such a server.
absl::StatusOr<JellyfinServerInfo> ParseServerInfo(std::string body);
absl::StatusOr<std::vector<JellyfinLibrary>> ParseLibraries(std::string body);
// `source`: the name of the source, which the items' image URLs carry; `library`: the library's.
absl::StatusOr<JellyfinPage> ParsePage(std::string body, std::string_view source,
                                       std::string_view library);

}  // namespace marquee::playlist
