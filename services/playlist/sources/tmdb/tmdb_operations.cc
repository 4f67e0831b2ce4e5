// The SourceOperations of TmdbSource.
#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"

namespace marquee::playlist {

absl::StatusOr<ServerInfo> TmdbSource::Test(const base::CallContext& context) {
  const auto response = server_.Ask(Request("/configuration"), context);
  if (!response.ok()) return server_.Named(response.status());
  return ServerInfo{.name = "The Movie Database", .version = "3", .found = {}};
}

absl::StatusOr<std::vector<LibraryInfo>> TmdbSource::ListLibraries(
    const base::CallContext& context) {
  // The categories are known without a request, but this checks the API key.
  MARQUEE_RETURN_IF_ERROR(Test(context).status());
  std::vector<LibraryInfo> infos;
  for (const TmdbCategory& category : TmdbCategories()) {
    infos.push_back({.key = std::string(category.key), .name = category.name, .type = "category"});
  }
  return infos;
}

absl::StatusOr<FilterCounts> TmdbSource::Preview(const FilterTrial& trial,
                                                 const base::CallContext& context) {
  FilterCounts counts;
  const auto count = [&]() -> absl::Status {
    Genres genres;
    MARQUEE_RETURN_IF_ERROR(ReadGenres(context, &genres));
    const auto lists = Lists();
    std::vector<ListJob> jobs;
    for (const TmdbList& list : lists) {
      jobs.push_back({.list = &list, .take = [&](const std::optional<Item>& item) {
                        if (!item) return;
                        counts.Count(item->type, Passes(trial.filter, *item, deps_.clock.Now()));
                      }});
    }
    return ReadLists(jobs, genres, context);
  };
  if (const absl::Status status = count(); !status.ok()) return server_.Named(status);
  return counts;
}

absl::StatusOr<std::vector<Extra>> TmdbSource::ExtrasOf(const Item& item,
                                                        const base::CallContext& context) {
  return ExtrasByTmdbId(item.tmdb_id.value_or(0), item.type, context);
}

absl::StatusOr<std::vector<Extra>> TmdbSource::ExtrasByTmdbId(int64_t id, std::string_view type,
                                                              const base::CallContext& context) {
  if (id <= 0) return absl::InvalidArgumentError("the TMDB id must be a positive number");
  auto response =
      server_.Ask(Request(fmt::format("/{}/{}/videos?language={}", type == "movie" ? "movie" : "tv",
                                      id, httpc::PercentEncode(options_.language))),
                  context);
  if (!response.ok()) return server_.Named(response.status());
  auto extras = ParseTmdbVideos(response->body);
  if (!extras.ok()) return server_.Named(extras.status());
  return extras;
}

}  // namespace marquee::playlist
