// What can be asked of a source beside its items: trying it out, its libraries, the extras of a
// title, what is playing. A source overrides what its kind can do.
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

// A server as it calls itself; empty where it does not say.
struct ServerInfo {
  std::string name = {};
  std::string version = {};
  std::string found = {};  // half a sentence on what is there: "12 libraries"
};

struct LibraryInfo {
  std::string key = {};
  std::string name = {};
  std::string type = {};  // movie, show, music, mixed, platform or category
  int64_t items = -1;     // -1: the source does not say
};

// Which items a filter would let through.
struct FilterTrial {
  std::vector<std::string> movie_libraries = {};
  std::vector<std::string> show_libraries = {};
  std::vector<std::string> platforms = {};
  ItemFilter filter = {};

  bool operator==(const FilterTrial&) const = default;
};
struct FilterCounts {
  size_t movies = 0;  // those of no known kind, too
  size_t shows = 0;
  size_t games = 0;
  size_t unfiltered = 0;  // of all kinds

  // Counts a title that is there, and whether the filter lets it pass.
  void Count(std::string_view type, bool passes) {
    ++unfiltered;
    if (passes) ++(type == "show" ? shows : type == "game" ? games : movies);
  }
};

enum class ExtraKind { kTrailer, kTeaser, kTheme, kOther };

struct Extra {
  ExtraKind kind = ExtraKind::kOther;
  std::string name = {};
  std::string url = {};       // relative and ours, or absolute at a video site
  std::string site = {};      // YouTube; empty: ours
  std::string site_key = {};  // id at the site
  bool official = false;
};

// Somebody playing something. Its artwork is that of the playlist's items.
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

// Thread-safe. All contact the server now, within the context; errors as Source::Fetch, and
// kUnimplemented: this kind of source has no such thing.
class SourceOperations {
 public:
  virtual ~SourceOperations() = default;

  // Is it there, and are the credentials good?
  virtual absl::StatusOr<ServerInfo> Test(const base::CallContext&) { return Absent(); }
  virtual absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext&) {
    return Absent();
  }
  virtual absl::StatusOr<FilterCounts> Preview(const FilterTrial&, const base::CallContext&) {
    return Absent();
  }
  // Best first: official trailer, trailer, teaser, other. `item` is one of this source.
  virtual absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item&, const base::CallContext&) {
    return Absent();
  }
  // The same by a title's id at The Movie Database; type: movie or show.
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
    return absl::UnimplementedError("this kind of source has no such thing");
  }
};

// Best first, as they are offered; the source's own order where two are alike.
void SortExtras(std::vector<Extra>* extras);

}  // namespace marquee::playlist
