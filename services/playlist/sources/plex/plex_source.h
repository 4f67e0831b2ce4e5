// Source for a Plex Media Server: its film and series libraries and its albums, filtered, and a
// fair sample of them within the limits.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/model/filters.h"
#include "services/playlist/sources/plex/plex_artwork.h"
#include "services/playlist/sources/plex/plex_item.h"
#include "services/playlist/sources/plex/plex_parse.h"
#include "services/playlist/sources/remote/library_memory.h"
#include "services/playlist/sources/remote/paged_listing.h"
#include "services/playlist/sources/remote/remote_server.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

class PlexSource final : public Source {
 public:
  struct Options {
    std::string name = {};
    std::string url = {};    // see server_address.h
    std::string token = {};  // X-Plex-Token
    // By exact title (all libraries of that title and kind), or by key: `key:3`.
    std::vector<std::string> movie_libraries = {};
    std::vector<std::string> show_libraries = {};
    std::vector<std::string> music_libraries = {};
    ItemFilter filter = {};                 // filter for films and series
    ItemFilter music_filter = {};           // filter for albums
    std::vector<std::string> artists = {};  // only albums of these, lower case; empty: all
    size_t max_movies = 300;                // limit after filtering
    size_t max_shows = 100;
    size_t max_albums = 300;
    MusicMix music_mix = {};
    PagedListing::Options listing = {.page_size = 500};
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    std::string version = {};  // version of Marquee; shown by the server in its list of clients
    std::string hint = {};     // set by Create: remark on the url, a warning of each fetch
  };
  struct Deps {
    const base::Clock& clock;
    httpc::HttpClient& http;
    // Called once per fetch: the seed of the sample if a library exceeds the limits.
    std::function<uint64_t()> seed;
    // Logs unreadable entries of responses that have no warnings; null: not logged.
    obs::Logger* logger = nullptr;
  };

  // Deps must outlive the source. kInvalidArgument: invalid url or token. Contacts no server.
  static absl::StatusOr<std::unique_ptr<PlexSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "plex"; }
  // All or nothing, as JellyfinSource. One request returns when each library last changed;
  // unchanged libraries are not read.
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  void Forget() override { memory_.clear(); }
  ArtworkOrigin& artwork() override { return artwork_; }
  std::optional<std::string> PathOf(std::string_view url) const override;

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override;
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext& context) override;
  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext& context) override;
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item& item,
                                              const base::CallContext& context) override;
  bool knows_now_playing() const override { return true; }
  absl::StatusOr<std::vector<PlaybackSession>> NowPlaying(
      const base::CallContext& context) override;

 private:
  struct Wanted {
    const std::vector<std::string>& names;
    std::string kind;  // LibraryMemory::kind
    size_t limit;
  };
  using TakeEntry = std::function<void(LibraryMemory&, PlexEntry)>;

  PlexSource(Options options, httpc::Url address, Deps deps);

  absl::StatusOr<SourceYield> FetchAll(const base::CallContext& context);
  absl::StatusOr<std::vector<LibraryMemory>> ChooseLibraries(const std::vector<Wanted>& wanted,
                                                             uint64_t seed,
                                                             const base::CallContext& context,
                                                             std::vector<std::string>* warnings);
  absl::Status ReadLibraries(const std::vector<LibraryMemory*>& libraries, bool with_collections,
                             const base::CallContext& context, const TakeEntry& take);
  const ItemFilter& FilterOf(const LibraryMemory& library) const;
  bool IsWanted(const LibraryMemory& library, const PlexEntry& entry, absl::Time now) const;
  static std::string ListingPath(const LibraryMemory& library, bool with_collections, size_t first,
                                 size_t count);

  const Options options_;
  const Deps deps_;
  const RemoteServer server_;
  PlexArtwork artwork_;
  std::vector<LibraryMemory> memory_;  // used only by Fetch's thread
};

}  // namespace marquee::playlist
