// A Jellyfin or Emby server as a source: its movie and show libraries, filtered, and a fair sample
// of them within the limits.
#pragma once

#include <absl/container/flat_hash_set.h>
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
#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"
#include "services/playlist/sources/jellyfin/jellyfin_client.h"
#include "services/playlist/sources/remote/library_memory.h"
#include "services/playlist/sources/remote/paged_listing.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

class JellyfinSource final : public Source {
 public:
  struct Options {
    std::string name = {};
    JellyfinFlavour flavour = JellyfinFlavour::kJellyfin;
    std::string url = {};                           // see server_address.h
    std::string token = {};                         // API key
    std::vector<std::string> movie_libraries = {};  // by name, exactly
    std::vector<std::string> show_libraries = {};
    ItemFilter filter = {};
    size_t max_movies = 300;  // after the filter
    size_t max_shows = 100;
    PagedListing::Options listing = {};
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    std::string version = {};  // of this program; the server shows it among its clients
    std::string hint = {};     // set by Create: on the url, a warning of each fetch
  };
  struct Deps {
    const base::Clock& clock;
    httpc::HttpClient& http;
    // Drawn from once a fetch: one seed is one choice out of a library that exceeds the limits.
    std::function<uint64_t()> seed;
    // Hears of entries that cannot be read where no yield says so; null: nothing does.
    obs::Logger* logger = nullptr;
  };

  // Deps must outlive the source. kInvalidArgument: the url or the token cannot be one; contacts
  // nobody.
  static absl::StatusOr<std::unique_ptr<JellyfinSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "jellyfin"; }
  // Everything or an error: a library that cannot be had now fails the fetch, since the caller's
  // older items are worth more than a playlist with a hole. One whose answer cannot be understood
  // keeps what it had, since asking again will not help; it and a library that the server does not
  // have are warnings.
  //
  // After a first fetch two small requests, or one where there is one library, say whether anything
  // was saved, added or removed at the server; then only what was saved is read, and a library
  // whose number of titles does not agree with that is read anew.
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  void Forget() override { memory_.reset(); }
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
  struct Memory {
    uint64_t seed = 0;
    absl::Time as_of;  // by the server's clock
    JellyfinCounts counts;
    std::vector<LibraryMemory> libraries;
    std::vector<std::string> warnings;
  };
  using Ids = absl::flat_hash_set<std::string>;
  using TakeItem = std::function<void(LibraryMemory&, std::optional<Item>)>;

  JellyfinSource(Options options, httpc::Url address, Deps deps);

  absl::Status Connect(const base::CallContext& context);
  absl::Status FetchAll(const base::CallContext& context);
  // True: memory_ is up to date. False: it cannot tell, everything has to be read.
  absl::StatusOr<bool> FetchChanges(const base::CallContext& context);
  absl::StatusOr<bool> AnythingChanged(const base::CallContext& context, absl::Time* now,
                                       JellyfinCounts* counts);
  absl::Status ReadLibraries(std::vector<LibraryMemory*> libraries, absl::Time since,
                             const base::CallContext& context, const TakeItem& take);
  absl::StatusOr<std::vector<LibraryMemory>> ChooseLibraries(
      const std::vector<std::string>& movies, const std::vector<std::string>& shows, uint64_t seed,
      const base::CallContext& context, std::vector<std::string>* warnings, absl::Time* now);
  // The ids of what is in the wanted collections; nullopt: any will do.
  absl::StatusOr<std::optional<Ids>> InCollections(const ItemFilter& filter,
                                                   const base::CallContext& context);

  const Options options_;
  const Deps deps_;
  JellyfinClient client_;
  JellyfinArtwork artwork_;
  std::optional<Memory> memory_;  // of Fetch's thread
};

}  // namespace marquee::playlist
