// Source for lists of The Movie Database: popular titles, or titles of a streaming service.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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
#include "services/playlist/sources/remote/remote_server.h"
#include "services/playlist/sources/source.h"
#include "services/playlist/sources/tmdb/tmdb_artwork.h"
#include "services/playlist/sources/tmdb/tmdb_lists.h"
#include "services/playlist/sources/tmdb/tmdb_parse.h"
#include "services/playlist/sources/tmdb/tmdb_streaming.h"

namespace marquee::playlist {

class TmdbSource final : public Source {
 public:
  static constexpr size_t kPageSize = 20;  // fixed by the API
  // The API rejects later pages ("page must be less than or equal to 500"), whatever the total.
  static constexpr size_t kMaxPages = 500;

  struct Options {
    std::string name = {};
    std::string url = {};  // mirror of API and images; empty: the original servers
    std::string key = {};  // an API key (v3) or an access token (v4)
    std::string category = "popular";
    std::string region = "US";
    std::string language = "en-US";
    ItemFilter filter = {};
    size_t max_movies = 150;
    size_t max_shows = 50;
    size_t concurrency = 4;
    absl::Duration request_timeout = absl::Seconds(10);
  };
  struct Deps {
    const base::Clock& clock;
    httpc::HttpClient& http;
    // Called once per fetch; a changed seed causes a full read of the lists.
    std::function<uint64_t()> seed;
  };

  // Deps must outlive the source. kInvalidArgument: unknown category, or invalid url or key.
  // Contacts no server.
  static absl::StatusOr<std::unique_ptr<TmdbSource>> Create(Options options, Deps deps);

  std::string_view name() const override { return options_.name; }
  std::string_view type() const override { return "tmdb"; }
  // All or nothing, as JellyfinSource. A list whose first page is unchanged according to its ETag
  // is not read again.
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override;
  void Forget() override { memory_.clear(); }
  ArtworkOrigin& artwork() override { return artwork_; }
  std::optional<std::string> PathOf(std::string_view url) const override;

  absl::StatusOr<ServerInfo> Test(const base::CallContext& context) override;
  // The available categories; their key is a value of `category`.
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const base::CallContext& context) override;
  // Counts for the lists of its category, as far as the limits allow reading them.
  absl::StatusOr<FilterCounts> Preview(const FilterTrial& trial,
                                       const base::CallContext& context) override;
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item& item,
                                              const base::CallContext& context) override;
  absl::StatusOr<std::vector<Extra>> ExtrasByTmdbId(int64_t id, std::string_view type,
                                                    const base::CallContext& context) override;

 private:
  TmdbSource(Options options, httpc::Url api, httpc::Url images, Deps deps);

  using Genres = std::map<std::string, TmdbGenres>;  // keyed by kind
  // nullopt: an entry that cannot become an item.
  using TakeItem = std::function<void(std::optional<Item>)>;
  struct ListJob {
    const TmdbList* list;
    TakeItem take;
    std::string etag = {};                   // set by ReadLists: ETag of the first page
    size_t damaged = 0;                      // set by ReadLists: number of unreadable entries
    std::vector<std::string> warnings = {};  // set by ReadLists
    bool is_partial = false;                 // set by ReadLists
  };

  absl::StatusOr<SourceYield> FetchAll(const base::CallContext& context);
  absl::Status ReadGenres(const base::CallContext& context, Genres* genres) const;
  absl::Status ReadLists(std::vector<ListJob>& lists, const Genres& genres,
                         const base::CallContext& context) const;
  std::vector<TmdbList> Lists() const;
  // Whether the list is unchanged since that ETag.
  absl::StatusOr<bool> IsUnchanged(const TmdbList& list, const std::string& etag,
                                   const base::CallContext& context);
  absl::Status ReadSingle(const TmdbList& list, const base::CallContext& context,
                          const ListSplitter::TakeEntry& take) const;
  std::string PagePath(const TmdbList& list, size_t page) const;
  httpc::HttpRequest Request(std::string_view path_and_query) const;

  const Options options_;
  const Deps deps_;
  const RemoteServer server_;
  const httpc::Url images_;
  TmdbArtwork artwork_;
  // Used only by Fetch's thread.
  Genres genres_;
  std::vector<LibraryMemory> memory_;  // one per list; the stamp is an ETag
  TmdbStreaming streaming_;
};

}  // namespace marquee::playlist
