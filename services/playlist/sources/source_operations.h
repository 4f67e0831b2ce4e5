// Operations of a source other than listing items: connection test, libraries, extras of a title,
// playback sessions. A source overrides those that its kind supports.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "services/playlist/model/filters.h"
#include "services/playlist/model/item.h"

namespace marquee::playlist {

// Self-description of a server; empty fields are unknown.
struct ServerInfo {
  std::string name = {};
  std::string version = {};
  std::string found = {};  // short summary of the contents: "12 libraries"
};

struct LibraryInfo {
  std::string key = {};
  std::string name = {};
  std::string type = {};  // movie, show, music, mixed, platform or category
  int64_t items = -1;     // -1: unknown
};

// A filter to preview.
struct FilterTrial {
  std::vector<std::string> movie_libraries = {};
  std::vector<std::string> show_libraries = {};
  std::vector<std::string> platforms = {};
  ItemFilter filter = {};

  bool operator==(const FilterTrial&) const = default;
};
struct FilterCounts {
  size_t movies = 0;  // includes items of unknown type
  size_t shows = 0;
  size_t games = 0;
  size_t unfiltered = 0;  // all items before filtering

  // Counts one title and whether the filter lets it pass.
  void Count(std::string_view type, bool passes) {
    ++unfiltered;
    if (passes) ++(type == "show" ? shows : type == "game" ? games : movies);
  }
};

enum class ExtraKind { kTrailer, kTeaser, kTheme, kOther };

struct Extra {
  ExtraKind kind = ExtraKind::kOther;
  std::string name = {};
  std::string url = {};       // a path of Marquee, or an absolute URL of a video site
  std::string site = {};      // YouTube; empty: served by Marquee
  std::string site_key = {};  // id of the video at the site
  bool official = false;
};

// One user's playback. Its artwork is that of the playlist's items.
struct PlaybackSession {
  std::string source = {};
  std::string id = {};
  Item item = {};
  std::string user = {};
  std::string state = {};  // playing, paused or buffering
  absl::Duration position = {};
  std::string player = {};

  bool operator==(const PlaybackSession&) const = default;
};

// Thread-safe. All methods contact the server immediately, within the context. Errors as
// Source::Fetch, and kUnimplemented: not supported by this kind of source.
class SourceOperations {
 public:
  virtual ~SourceOperations() = default;

  // Checks that the server is reachable and accepts the credentials.
  virtual absl::StatusOr<ServerInfo> Test(const base::CallContext&) { return Absent(); }
  virtual absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext&) {
    return Absent();
  }
  virtual absl::StatusOr<FilterCounts> Preview(const FilterTrial&, const base::CallContext&) {
    return Absent();
  }
  // Best first: official trailer, trailer, teaser, other. `item` belongs to this source.
  virtual absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item&, const base::CallContext&) {
    return Absent();
  }
  // The same by the title's id at The Movie Database; type: movie or show.
  virtual absl::StatusOr<std::vector<Extra>> ExtrasByTmdbId(int64_t, std::string_view,
                                                            const base::CallContext&) {
    return Absent();
  }
  virtual bool knows_now_playing() const { return false; }
  virtual absl::StatusOr<std::vector<PlaybackSession>> NowPlaying(const base::CallContext&) {
    return Absent();
  }

 private:
  static absl::Status Absent() {
    return absl::UnimplementedError("not supported by this kind of source");
  }
};

// Sorts by preference; keeps the source's order of equal ones.
void SortExtras(std::vector<Extra>* extras);

}  // namespace marquee::playlist
