// The SourceOperations of PlexSource.
#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/sources/plex/plex_source.h"

namespace marquee::playlist {
namespace {

// The id of a title at the server, from `plex-<server>-<ratingKey>`.
std::string RatingKeyOf(const Item& item) { return item.key.substr(item.key.rfind('-') + 1); }

}  // namespace

absl::StatusOr<ServerInfo> PlexSource::Test(const base::CallContext& context) {
  auto body = server_.Get("/", context);
  if (!body.ok()) return server_.Named(body.status());
  auto info = ParsePlexServer(*std::move(body));
  if (!info.ok()) return server_.Named(info.status());
  return info;
}

absl::StatusOr<std::vector<LibraryInfo>> PlexSource::ListLibraries(
    const base::CallContext& context) {
  const auto list = [&]() -> absl::StatusOr<std::vector<LibraryInfo>> {
    MARQUEE_ASSIGN_OR_RETURN(const std::string body, server_.Get("/library/sections", context));
    MARQUEE_ASSIGN_OR_RETURN(const auto sections, ParsePlexSections(body));
    std::vector<LibraryInfo> infos;
    for (const PlexSection& section : sections) {
      LibraryInfo& info = infos.emplace_back(
          LibraryInfo{.key = section.key,
                      .name = section.title,
                      .type = section.type == "artist" ? "music" : section.type});
      const char* listing = section.type == "artist" ? "albums?type=9"
                            : section.type == "show" ? "all?type=2"
                                                     : "all?type=1";
      MARQUEE_ASSIGN_OR_RETURN(
          const std::string counted,
          server_.Get(fmt::format("/library/sections/{}/{}&X-Plex-Container-Start=0"
                                  "&X-Plex-Container-Size=0",
                                  section.key, listing),
                      context));
      if (const auto total = ParsePlexTotal(counted); total.ok()) {
        info.items = static_cast<int64_t>(*total);
      }
    }
    return infos;
  };
  auto libraries = list();
  if (!libraries.ok()) return server_.Named(libraries.status());
  return libraries;
}

absl::StatusOr<FilterCounts> PlexSource::Preview(const FilterTrial& trial,
                                                 const base::CallContext& context) {
  FilterCounts counts;
  const auto count = [&]() -> absl::Status {
    std::vector<std::string> warnings;
    MARQUEE_ASSIGN_OR_RETURN(
        std::vector<LibraryMemory> libraries,
        ChooseLibraries({{trial.movie_libraries, "movie", 0}, {trial.show_libraries, "show", 0}}, 0,
                        context, &warnings));
    std::vector<LibraryMemory*> all;
    for (LibraryMemory& library : libraries) all.push_back(&library);
    const bool with_collections = !trial.filter.collections.empty();
    const auto take = [&](const LibraryMemory& library, const PlexEntry& entry) {
      if (!entry.item) return;
      counts.Count(library.kind, Passes(trial.filter, *entry.item, deps_.clock.Now()) &&
                                     CollectionPasses(trial.filter, entry.collections));
    };
    return ReadLibraries(all, with_collections, context, take);
  };
  if (const absl::Status status = count(); !status.ok()) return server_.Named(status);
  return counts;
}

absl::StatusOr<std::vector<Extra>> PlexSource::ExtrasOf(const Item& item,
                                                        const base::CallContext& context) {
  const auto read = [&]() -> absl::StatusOr<std::vector<Extra>> {
    const std::string path = fmt::format("/library/metadata/{}", RatingKeyOf(item));
    MARQUEE_ASSIGN_OR_RETURN(const std::string body, server_.Get(path + "/extras", context));
    DamagedEntries damaged;
    MARQUEE_ASSIGN_OR_RETURN(std::vector<Extra> extras,
                             ParsePlexExtras(body, options_.name, &damaged));
    server_.Report("extras", damaged);
    if (item.has_theme) {
      MARQUEE_ASSIGN_OR_RETURN(const std::string title, server_.Get(path, context));
      MARQUEE_ASSIGN_OR_RETURN(const std::string theme, ParsePlexTheme(title));
      if (!theme.empty()) {
        extras.push_back(
            {.kind = ExtraKind::kTheme, .name = item.title, .url = MediaUrl(options_.name, theme)});
      }
    }
    SortExtras(&extras);
    return extras;
  };
  auto extras = read();
  if (!extras.ok()) return server_.Named(extras.status());
  return extras;
}

absl::StatusOr<std::vector<PlaybackSession>> PlexSource::NowPlaying(
    const base::CallContext& context) {
  const auto body = server_.Get("/status/sessions", context);
  if (!body.ok()) return server_.Named(body.status());
  DamagedEntries damaged;
  auto sessions = ParsePlexSessions(*body, options_.name, &damaged);
  if (!sessions.ok()) return server_.Named(sessions.status());
  server_.Report("sessions", damaged);
  return sessions;
}

}  // namespace marquee::playlist
