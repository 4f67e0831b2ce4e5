// Source for a RomM server: the games of selected platforms.
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
#include "services/playlist/sources/remote/library_memory.h"
#include "services/playlist/sources/remote/paged_listing.h"
#include "services/playlist/sources/romm/romm_artwork.h"
#include "services/playlist/sources/romm/romm_client.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

class RommSource final : public Source {
 public:
  struct Options {
    std::string name = {};
    std::string url = {};  // see server_address.h
    std::string username = {};
    std::string password = {};
    std::string token = {};                   // an API token instead of user name and password
    std::vector<std::string> platforms = {};  // by slug
    bool favourites_only = false;
    bool playable_only = false;
    bool identified_only = false;
    ItemFilter filter = {};
    size_t max_games = 500;  // limit after filtering
    PagedListing::Options listing = {.page_size = 500};
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    std::string hint = {};  // set by Create: remark on the url, a warning of each fetch
  };
  struct Deps {
    const base::Clock& clock;
    httpc::HttpClient& http;
    // Called once per fetch: the seed of the sample if a library exceeds the limits.
    std::function<uint64_t()> seed;
  };

  // Deps must outlive the source. kInvalidArgument: invalid url, or neither token nor user name.
  // Contacts no server.
  static absl::StatusOr<std::unique_ptr<RommSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "romm"; }
  // All or nothing, as JellyfinSource. One request returns when each platform last changed;
  // unchanged platforms are not read.
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  void Forget() override { memory_.clear(); }
  ArtworkOrigin& artwork() override { return artwork_; }
  std::optional<std::string> PathOf(std::string_view url) const override;

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override;
  // Platforms, ordered by number of games, largest first; their key is the slug.
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext& context) override;
  // Counts for the platforms of the trial. Also applies the three filter switches of the settings.
  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext& context) override;

 private:
  using TakeEntry = std::function<void(LibraryMemory&, RommEntry)>;

  RommSource(Options options, httpc::Url address, Deps deps);

  absl::StatusOr<SourceYield> FetchAll(const base::CallContext& context);
  absl::StatusOr<std::vector<LibraryMemory>> ChoosePlatforms(const std::vector<std::string>& slugs,
                                                             const base::CallContext& context,
                                                             std::vector<std::string>* warnings);
  absl::Status ReadPlatforms(const std::vector<LibraryMemory*>& platforms,
                             const base::CallContext& context, const TakeEntry& take);
  bool IsWanted(const RommEntry& entry, const ItemFilter& filter) const;

  const Options options_;
  const Deps deps_;
  RommClient client_;
  RommArtwork artwork_;
  std::vector<LibraryMemory> memory_;  // used only by Fetch's thread
};

}  // namespace marquee::playlist
