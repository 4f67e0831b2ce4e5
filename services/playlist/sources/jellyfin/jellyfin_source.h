// A Jellyfin or Emby server as a source: its movie and show libraries, filtered, and a fair sample
// of them within the limits.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/model/filters.h"
#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"
#include "services/playlist/sources/jellyfin/jellyfin_client.h"
#include "services/playlist/sources/jellyfin/jellyfin_listing.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

class JellyfinSource final : public Source {
 public:
  struct Options {
    std::string name;
    std::string url;                                // see jellyfin_address.h
    std::string token;                              // API key
    std::vector<std::string> movie_libraries = {};  // by name, exactly
    std::vector<std::string> show_libraries = {};
    ItemFilter filter = {};
    size_t max_movies = 300;  // after the filter
    size_t max_shows = 100;
    JellyfinListing::Options listing = {};
    absl::Duration request_timeout = absl::Seconds(15);
    std::string version = "0";  // of this program; the server shows it among its clients
  };
  struct Deps {
    const base::Clock& clock;
    httpc::HttpClient& http;
    // Drawn from once a fetch: one seed is one choice out of a library that exceeds the limits.
    std::function<uint64_t()> seed;
  };

  // Deps must outlive the source. kInvalidArgument: the url or the token cannot be one; contacts
  // nobody.
  static absl::StatusOr<std::unique_ptr<JellyfinSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "jellyfin"; }
  // Everything or an error: a library that cannot be read fails the fetch, since the caller's older
  // items are worth more than a playlist with a hole. A library that the server does not have is a
  // warning.
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  ArtworkOrigin& artwork() override { return artwork_; }
  std::optional<std::string> PathOf(std::string_view url) const override;

  // Is the server there, and is the token good? Thread-safe; errors as Fetch.
  absl::StatusOr<JellyfinServerInfo> TestConnection(const base::CallContext& context);

 private:
  JellyfinSource(Options options, httpc::Url address, Deps deps);

  absl::StatusOr<SourceYield> FetchAll(const base::CallContext& context);
  absl::StatusOr<std::vector<JellyfinJob>> ChooseLibraries(const base::CallContext& context,
                                                           SourceYield* yield);

  const Options options_;
  const Deps deps_;
  JellyfinClient client_;
  JellyfinArtwork artwork_;
};

}  // namespace marquee::playlist
