// Source for a Jellyfin or Emby server: its movie and show libraries, filtered, and a fair sample
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
    std::vector<std::string> movie_libraries = {};  // exact names
    std::vector<std::string> show_libraries = {};
    ItemFilter filter = {};
    size_t max_movies = 300;  // limit after filtering
    size_t max_shows = 100;
    PagedListing::Options listing = {};
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
  static absl::StatusOr<std::unique_ptr<JellyfinSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "jellyfin"; }
  // All or nothing: an unavailable library fails the fetch, because the caller's older items are
  // better than a playlist with a gap. A library whose response cannot be parsed keeps its items,
  // because retrying does not help; it causes a warning, as does a library that the server does not
  // have.
  //
  // After the first fetch, two small requests (or one if there is a single library) detect whether
  // anything was saved, added or removed; then only saved entries are read, and a library whose
  // number of titles does not match is read completely.
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
    absl::Time as_of;  // on the server's clock
    JellyfinCounts counts;
    std::vector<LibraryMemory> libraries;
    std::vector<std::string> warnings;
  };
  using Ids = absl::flat_hash_set<std::string>;
  using TakeItem = std::function<void(LibraryMemory&, std::optional<Item>)>;

  JellyfinSource(Options options, httpc::Url address, Deps deps);

  absl::Status Connect(const base::CallContext& context);
  absl::Status FetchAll(const base::CallContext& context);
  // True: memory_ is up to date. False: changes cannot be determined, a full read is required.
  absl::StatusOr<bool> FetchChanges(const base::CallContext& context);
  absl::StatusOr<bool> AnythingChanged(const base::CallContext& context, absl::Time* now,
                                       JellyfinCounts* counts);
  absl::Status ReadLibraries(std::vector<LibraryMemory*> libraries, absl::Time since,
                             const base::CallContext& context, const TakeItem& take);
  absl::StatusOr<std::vector<LibraryMemory>> ChooseLibraries(
      const std::vector<std::string>& movies, const std::vector<std::string>& shows, uint64_t seed,
      const base::CallContext& context, std::vector<std::string>* warnings, absl::Time* now);
  // Ids of the titles in the wanted collections; nullopt: no restriction.
  absl::StatusOr<std::optional<Ids>> InCollections(const ItemFilter& filter,
                                                   const base::CallContext& context);

  const Options options_;
  const Deps deps_;
  JellyfinClient client_;
  JellyfinArtwork artwork_;
  std::optional<Memory> memory_;  // used only by Fetch's thread
};

}  // namespace marquee::playlist
