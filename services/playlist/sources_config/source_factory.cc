#include "services/playlist/sources_config/source_factory.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libs/app/version.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/config/values.h"
#include "libs/httpc/url.h"
#include "services/playlist/model/unicode.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "services/playlist/sources/remote/paged_listing.h"
#include "services/playlist/sources/romm/romm_source.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"

namespace marquee::playlist {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

// Normalised as sources do, which compare them with names of the server cleaned by CleanText.
std::vector<std::string> ListOf(const Texts& texts) {
  std::vector<std::string> list;
  for (const std::string& text : texts) list.push_back(Nfc(text));
  return list;
}

// One seed per day: within a day an unchanged library gives an unchanged playlist.
std::function<uint64_t()> SeedOfTheDay(const base::Clock& clock) {
  return [&clock] {
    return static_cast<uint64_t>((clock.Now() - absl::UnixEpoch()) / absl::Hours(24));
  };
}

// The filter functions ignore unparsable parts; in a configuration they are an error.
absl::Status CheckParts(const std::string& list, const char* setting, const char* expected,
                        const std::function<bool(std::string_view)>& good) {
  for (const absl::string_view split : absl::StrSplit(list, ',', absl::SkipWhitespace())) {
    const std::string_view part = base::ToStdView(split);
    if (good(part)) continue;
    return absl::InvalidArgumentError(
        fmt::format("{}: \"{}\" is invalid; expected {}", setting, part, expected));
  }
  return absl::OkStatus();
}

absl::StatusOr<ItemFilter> FilterOf(const FilterSettings& settings, const char* name) {
  const std::string years = fmt::format("{}.years", name);
  const std::string qualities = fmt::format("{}.qualities", name);
  MARQUEE_RETURN_IF_ERROR(
      CheckParts(settings.years(), years.c_str(), "years such as 1999 or 1980-1989, from 1900 on",
                 [](std::string_view part) { return !ParseYears(part).empty(); }));
  MARQUEE_RETURN_IF_ERROR(
      CheckParts(settings.qualities(), qualities.c_str(), "SD, 720p, 1080p or 4K",
                 [](std::string_view part) { return !ParseQualities(part).empty(); }));
  ItemFilter filter;
  filter.years = ParseYears(settings.years());
  filter.genres = ParseGenres(settings.genres());
  filter.content_ratings = ParseContentRatings(ListOf(settings.content_ratings()));
  filter.qualities = ParseQualities(settings.qualities());
  filter.collections = ParseCollections(ListOf(settings.collections()));
  if (!settings.added_within().empty()) {
    filter.added_within = config::DurationOf(settings.added_within());
  }
  filter.min_rating = settings.min_rating();
  filter.min_rotten_tomatoes = settings.min_rotten_tomatoes();
  return filter;
}

void SetListing(const SourceSettings& settings, PagedListing::Options* listing) {
  listing->concurrency = static_cast<size_t>(settings.concurrency());
  if (settings.page_size() > 0) listing->page_size = static_cast<size_t>(settings.page_size());
}

absl::StatusOr<std::unique_ptr<Source>> MakeLocal(const SourceSettings& settings,
                                                  const SourceDeps& deps) {
  LocalSource::Options options{.name = settings.name(), .path = settings.path(), .scan = {}};
  options.scan.max_depth = settings.depth();
  options.exclude = ListOf(settings.exclude());
  MARQUEE_ASSIGN_OR_RETURN(options.filter, FilterOf(settings.filter(), "filter"));
  return LocalSource::Create(std::move(options), {deps.clock, deps.logger, deps.metrics});
}

absl::StatusOr<std::unique_ptr<Source>> MakePlex(const SourceSettings& settings,
                                                 const SourceDeps& deps) {
  PlexSource::Options options;
  options.name = settings.name();
  options.url = settings.url();
  options.token = settings.token();
  options.movie_libraries = ListOf(settings.movie_libraries());
  options.show_libraries = ListOf(settings.show_libraries());
  options.music_libraries = ListOf(settings.music_libraries());
  MARQUEE_ASSIGN_OR_RETURN(options.filter, FilterOf(settings.filter(), "filter"));
  MARQUEE_ASSIGN_OR_RETURN(options.music_filter, FilterOf(settings.music_filter(), "music_filter"));
  options.artists = ParseCollections(ListOf(settings.artists()));
  options.max_movies = static_cast<size_t>(settings.max_movies());
  options.max_shows = static_cast<size_t>(settings.max_shows());
  options.max_albums = static_cast<size_t>(settings.max_albums());
  if (settings.has_music_mix()) {
    const MusicMixSettings& mix = settings.music_mix();
    options.music_mix = {.recent = static_cast<double>(mix.recent()),
                         .popular = static_cast<double>(mix.popular()),
                         .other = static_cast<double>(mix.other())};
  }
  SetListing(settings, &options.listing);
  options.request_timeout = config::DurationOf(settings.request_timeout());
  options.verify_tls = !settings.insecure_tls();
  options.version = app::Version();
  return PlexSource::Create(std::move(options),
                            {deps.clock, deps.http, SeedOfTheDay(deps.clock), &deps.logger});
}

absl::StatusOr<std::unique_ptr<Source>> MakeJellyfin(const SourceSettings& settings,
                                                     const SourceDeps& deps) {
  JellyfinSource::Options options;
  options.name = settings.name();
  options.flavour = settings.type() == "emby" ? JellyfinFlavour::kEmby : JellyfinFlavour::kJellyfin;
  options.url = settings.url();
  options.token = settings.token();
  options.movie_libraries = ListOf(settings.movie_libraries());
  options.show_libraries = ListOf(settings.show_libraries());
  MARQUEE_ASSIGN_OR_RETURN(options.filter, FilterOf(settings.filter(), "filter"));
  options.max_movies = static_cast<size_t>(settings.max_movies());
  options.max_shows = static_cast<size_t>(settings.max_shows());
  SetListing(settings, &options.listing);
  options.request_timeout = config::DurationOf(settings.request_timeout());
  options.verify_tls = !settings.insecure_tls();
  options.version = app::Version();
  return JellyfinSource::Create(std::move(options),
                                {deps.clock, deps.http, SeedOfTheDay(deps.clock), &deps.logger});
}

absl::StatusOr<std::unique_ptr<Source>> MakeTmdb(const SourceSettings& settings,
                                                 const SourceDeps& deps) {
  TmdbSource::Options options;
  options.name = settings.name();
  options.url = settings.url();
  options.key = settings.token();
  options.category = settings.category();
  options.region = settings.region();
  options.language = settings.language();
  MARQUEE_ASSIGN_OR_RETURN(options.filter, FilterOf(settings.filter(), "filter"));
  options.max_movies = static_cast<size_t>(settings.max_movies());
  options.max_shows = static_cast<size_t>(settings.max_shows());
  options.concurrency = static_cast<size_t>(settings.concurrency());
  options.request_timeout = config::DurationOf(settings.request_timeout());
  return TmdbSource::Create(std::move(options), {deps.clock, deps.http, SeedOfTheDay(deps.clock)});
}

absl::StatusOr<std::unique_ptr<Source>> MakeRomm(const SourceSettings& settings,
                                                 const SourceDeps& deps) {
  RommSource::Options options;
  options.name = settings.name();
  options.url = settings.url();
  options.username = settings.username();
  options.password = settings.password();
  options.token = settings.token();
  options.platforms = ListOf(settings.platforms());
  options.favourites_only = settings.favourites_only();
  options.playable_only = settings.playable_only();
  options.identified_only = settings.identified_only();
  MARQUEE_ASSIGN_OR_RETURN(options.filter, FilterOf(settings.filter(), "filter"));
  options.max_games = static_cast<size_t>(settings.max_games());
  SetListing(settings, &options.listing);
  options.request_timeout = config::DurationOf(settings.request_timeout());
  options.verify_tls = !settings.insecure_tls();
  return RommSource::Create(std::move(options), {deps.clock, deps.http, SeedOfTheDay(deps.clock)});
}

bool SameOrigin(const std::string& a, const std::string& b) {
  const auto first = httpc::Url::Parse(a);
  const auto second = httpc::Url::Parse(b);
  return first.ok() && second.ok() && first->Origin() == second->Origin();
}

// The defaults of the configuration file. The name is a metric label, so it must not be user input.
absl::StatusOr<SourceSettings> TrialDefaults() {
  SourceSettings settings;
  MARQUEE_RETURN_IF_ERROR(
      config::LoadEntered(R"({"name": "trial", "type": "tmdb", "token": "unset"})", settings));
  settings.clear_type();
  settings.clear_token();
  return settings;
}

void SetIfGiven(const std::string& value, std::string* setting) {
  if (!value.empty()) *setting = value;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Source>> MakeSource(const SourceSettings& settings,
                                                   const SourceDeps& deps) {
  const std::string& type = settings.type();
  if (type == "local") return MakeLocal(settings, deps);
  if (type == "plex") return MakePlex(settings, deps);
  if (type == "jellyfin" || type == "emby") return MakeJellyfin(settings, deps);
  if (type == "tmdb") return MakeTmdb(settings, deps);
  if (type == "romm") return MakeRomm(settings, deps);
  return absl::InvalidArgumentError("type: expected local, plex, jellyfin, emby, tmdb or romm");
}

SourceInfo InfoOf(const SourceSettings& settings) {
  SourceInfo info;
  info.name = settings.name();
  info.type = settings.type();
  info.is_remote = settings.type() != "local";
  info.is_enabled = !settings.has_enabled() || settings.enabled();
  info.location = info.is_remote ? config::WithoutUserInfo(settings.url()) : settings.path();
  if (settings.type() == "tmdb") {
    info.location = settings.url().empty() ? "https://www.themoviedb.org" : info.location;
    info.libraries = {settings.category()};
  }
  for (const Texts* names : {&settings.movie_libraries(), &settings.show_libraries(),
                             &settings.music_libraries(), &settings.platforms()}) {
    info.libraries.insert(info.libraries.end(), names->begin(), names->end());
  }
  return info;
}

absl::StatusOr<SourceSettings> SettingsOf(const SourceTrial& trial,
                                          const std::vector<SourceSettings>& configured) {
  SourceSettings settings;
  const auto known = std::ranges::find(configured, trial.name, &SourceSettings::name);
  const bool is_known = known != configured.end();
  if (is_known) {
    settings = *known;
    // Stored credentials are only sent to the scheme, host and port for which they were stored. For
    // another address all credentials must be given again, including those that the trial omits.
    if (!trial.url.empty() && !SameOrigin(trial.url, known->url())) {
      settings.clear_token();
      settings.clear_username();
      settings.clear_password();
      if (trial.token.empty() && trial.password.empty()) {
        return absl::InvalidArgumentError(
            "the stored credentials are only sent to their own address; enter "
            "them again for the new address");
      }
    }
  } else {
    MARQUEE_ASSIGN_OR_RETURN(settings, TrialDefaults());
  }
  SetIfGiven(trial.type, settings.mutable_type());
  SetIfGiven(trial.url, settings.mutable_url());
  SetIfGiven(trial.path, settings.mutable_path());
  SetIfGiven(trial.token, settings.mutable_token());
  SetIfGiven(trial.username, settings.mutable_username());
  SetIfGiven(trial.password, settings.mutable_password());
  if (trial.insecure_tls) settings.set_insecure_tls(true);
  if (settings.type().empty()) {
    return absl::InvalidArgumentError(
        "type is missing: expected local, plex, jellyfin, emby, tmdb or romm");
  }
  return settings;
}

}  // namespace marquee::playlist
