// The SourceOperations of JellyfinSource.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/jellyfin/jellyfin_requests.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"

namespace marquee::playlist {
namespace {

std::string TypeInOurWords(const std::string& kind) {
  if (kind == "movies") return "movie";
  if (kind == "tvshows") return "show";
  return kind.empty() || kind == "mixed" ? "mixed" : kind;
}

}  // namespace

absl::StatusOr<ServerInfo> JellyfinSource::Test(const base::CallContext& context) {
  const auto info = client_.Connect(context);
  if (!info.ok()) return client_.server().Named(info.status());
  return ServerInfo{.name = info->name, .version = info->version, .found = {}};
}

absl::StatusOr<std::vector<LibraryInfo>> JellyfinSource::ListLibraries(
    const base::CallContext& context) {
  const auto list = [&]() -> absl::StatusOr<std::vector<LibraryInfo>> {
    MARQUEE_RETURN_IF_ERROR(Connect(context));
    MARQUEE_ASSIGN_OR_RETURN(const std::string body,
                             client_.Get("/Library/VirtualFolders", context));
    MARQUEE_ASSIGN_OR_RETURN(const auto libraries, ParseLibraries(body));
    std::vector<LibraryInfo> infos;
    for (const JellyfinLibrary& library : libraries) {
      LibraryInfo& info = infos.emplace_back(LibraryInfo{
          .key = library.id, .name = library.name, .type = TypeInOurWords(library.kind)});
      if (info.type != "movie" && info.type != "show" && info.type != "mixed") continue;
      const char* types = info.type == "movie"  ? "Movie"
                          : info.type == "show" ? "Series"
                                                : "Movie,Series";
      MARQUEE_ASSIGN_OR_RETURN(const std::string counted,
                               client_.Get(TotalPath(library.id, types), context));
      if (const auto total = ParseTotal(counted); total.ok()) {
        info.items = static_cast<int64_t>(*total);
      }
    }
    return infos;
  };
  auto libraries = list();
  if (!libraries.ok()) return client_.server().Named(libraries.status());
  return libraries;
}

absl::StatusOr<FilterCounts> JellyfinSource::Preview(const FilterTrial& trial,
                                                     const base::CallContext& context) {
  FilterCounts counts;
  const auto count = [&]() -> absl::Status {
    MARQUEE_RETURN_IF_ERROR(Connect(context));
    std::vector<std::string> warnings;
    absl::Time now;
    MARQUEE_ASSIGN_OR_RETURN(
        std::vector<LibraryMemory> libraries,
        ChooseLibraries(trial.movie_libraries, trial.show_libraries, 0, context, &warnings, &now));
    MARQUEE_ASSIGN_OR_RETURN(const auto collected, InCollections(trial.filter, context));
    std::vector<LibraryMemory*> all;
    for (LibraryMemory& library : libraries) all.push_back(&library);
    return ReadLibraries(
        std::move(all), absl::InfinitePast(), context,
        [&](const LibraryMemory& library, const std::optional<Item>& item) {
          if (!item) return;
          const bool in_collection =
              !collected || collected->contains(item->key.substr(item->key.find('_') + 1));
          counts.Count(library.kind,
                       in_collection && Passes(trial.filter, *item, deps_.clock.Now()));
        });
  };
  if (const absl::Status status = count(); !status.ok()) return client_.server().Named(status);
  return counts;
}

absl::StatusOr<std::vector<Extra>> JellyfinSource::ExtrasOf(const Item& item,
                                                            const base::CallContext& context) {
  const std::string id = item.key.substr(item.key.find('_') + 1);
  const auto read = [&]() -> absl::StatusOr<std::vector<Extra>> {
    MARQUEE_RETURN_IF_ERROR(Connect(context));
    std::vector<Extra> extras;
    DamagedEntries damaged;
    for (const auto& [what, kind] : {std::pair{"LocalTrailers", ExtraKind::kTrailer},
                                     std::pair{"SpecialFeatures", ExtraKind::kOther},
                                     std::pair{"ThemeSongs", ExtraKind::kTheme}}) {
      MARQUEE_ASSIGN_OR_RETURN(const std::string body,
                               client_.Get(fmt::format("/Items/{}/{}", id, what), context));
      MARQUEE_ASSIGN_OR_RETURN(auto some, ParseExtras(body, options_.name, kind, &damaged));
      std::ranges::move(some, std::back_inserter(extras));
    }
    client_.server().Report("extras", damaged);
    SortExtras(&extras);
    return extras;
  };
  auto extras = read();
  if (!extras.ok()) return client_.server().Named(extras.status());
  return extras;
}

absl::StatusOr<std::vector<PlaybackSession>> JellyfinSource::NowPlaying(
    const base::CallContext& context) {
  const auto read = [&]() -> absl::StatusOr<std::vector<PlaybackSession>> {
    MARQUEE_RETURN_IF_ERROR(Connect(context));
    MARQUEE_ASSIGN_OR_RETURN(const std::string body,
                             client_.Get("/Sessions?ActiveWithinSeconds=60", context));
    DamagedEntries damaged;
    auto playing = ParseSessions(body, options_.name, &damaged);
    client_.server().Report("sessions", damaged);
    return playing;
  };
  auto sessions = read();
  if (!sessions.ok()) return client_.server().Named(sessions.status());
  return sessions;
}

}  // namespace marquee::playlist
