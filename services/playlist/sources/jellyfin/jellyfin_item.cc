#include "services/playlist/sources/jellyfin/jellyfin_item.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/quality.h"
#include "services/playlist/sources/jellyfin/jellyfin_streams.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {
namespace {

constexpr int64_t kTicksPerMillisecond = 10'000;
constexpr int64_t kTicksPerMinute = 600'000'000;
constexpr int64_t kLongestMinutes = 7 * 24 * 60;  // longer is an error in the data

// Fields of an entry that do not correspond to a single field of the item.
struct Entry {
  std::string id;
  std::string type;
  std::string premiere;
  std::string primary_tag;
  std::string logo_tag;
  std::string backdrop_tag;
  int64_t ticks = 0;
  int32_t width = 0;
  int32_t height = 0;
};

error_code ParseProviderIds(ondemand::value value, Item* item) {
  return ForEachField(value, [&](std::string_view key, ondemand::value field) {
    // Plugins use different cases.
    const bool imdb = absl::EqualsIgnoreCase(base::ToAbslView(key), "Imdb");
    const bool tmdb = absl::EqualsIgnoreCase(base::ToAbslView(key), "Tmdb");
    const bool tvdb = absl::EqualsIgnoreCase(base::ToAbslView(key), "Tvdb");
    if (!imdb && !tmdb && !tvdb) return simdjson::SUCCESS;
    const std::string id = absl::AsciiStrToLower(WordOf(field));
    if (imdb && id.starts_with("tt")) {
      item->imdb_url = "https://www.imdb.com/title/" + id;
    } else if (tmdb || tvdb) {
      int64_t number = 0;
      const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
      if (error == std::errc() && end == id.data() + id.size()) {
        (tmdb ? item->tmdb_id : item->tvdb_id) = number;
      }
    }
    return simdjson::SUCCESS;
  });
}

error_code ParseImageTags(ondemand::value value, Entry* entry) {
  return ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "Primary") entry->primary_tag = WordOf(field);
    if (key == "Logo") entry->logo_tag = WordOf(field);
    return simdjson::SUCCESS;
  });
}

// `2014-09-05T00:00:00.0000000Z`; some servers omit the zone, which then is UTC.
std::optional<absl::Time> TimeOf(const std::string& text) {
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) ||
      absl::ParseTime("%Y-%m-%d%ET%H:%M:%E*S", text, &time, nullptr)) {
    // The vendor's "no date" is 0001-01-01.
    if (time > absl::FromCivil(absl::CivilYear(1850), absl::UTCTimeZone())) return time;
  }
  return std::nullopt;
}

error_code ParseField(std::string_view key, ondemand::value field, Entry* entry, Item* item) {
  error_code error = simdjson::SUCCESS;
  if (key == "Id") {
    entry->id = WordOf(field);
  } else if (key == "Type") {
    entry->type = TextOf(field, 32);
  } else if (key == "Name") {
    item->title = TextOf(field);
  } else if (key == "OriginalTitle") {
    item->original_title = TextOf(field);
  } else if (key == "ProductionYear") {
    item->year = PlausibleYear(IntegerOf(field));
  } else if (key == "PremiereDate") {
    entry->premiere = TextOf(field, 64);
  } else if (key == "DateCreated") {
    if (const auto time = TimeOf(TextOf(field, 64))) item->added_at_ms = absl::ToUnixMillis(*time);
  } else if (key == "Overview") {
    item->overview = TextOf(field, 4096);
  } else if (key == "Taglines") {
    if (auto lines = TextsOf(field, {}, &error); !lines.empty())
      item->tagline = std::move(lines.front());
  } else if (key == "Genres") {
    item->genres = TextsOf(field, {}, &error);
  } else if (key == "Studios") {
    item->studios = TextsOf(field, "Name", &error);
  } else if (key == "ProviderIds") {
    error = ParseProviderIds(field, item);
  } else if (key == "CommunityRating") {
    const auto rating = NumberOf(field);
    if (rating && *rating >= 0 && *rating <= 10) item->rating = rating;
  } else if (key == "CriticRating") {
    if (const auto critics = NumberOf(field)) item->rotten_tomatoes = TomatoesOf(*critics);
  } else if (key == "OfficialRating") {
    item->content_rating = TextOf(field, 64);
  } else if (key == "RunTimeTicks") {
    entry->ticks = IntegerOf(field).value_or(0);
  } else if (key == "Width") {
    entry->width =
        static_cast<int32_t>(std::clamp<int64_t>(IntegerOf(field).value_or(0), 0, 99999));
  } else if (key == "Height") {
    entry->height =
        static_cast<int32_t>(std::clamp<int64_t>(IntegerOf(field).value_or(0), 0, 99999));
  } else if (key == "ImageTags") {
    error = ParseImageTags(field, entry);
  } else if (key == "BackdropImageTags") {
    auto tags = TextsOf(field, {}, &error);
    if (!tags.empty() && IsPathWord(tags.front())) entry->backdrop_tag = std::move(tags.front());
  } else if (key == "LocalTrailerCount") {
    item->has_trailer = IntegerOf(field).value_or(0) > 0;
  } else if (key == "MediaStreams") {
    error = ParseMediaStreams(field, item);
  }
  return error;
}

std::string Image(std::string_view source, const Entry& entry, std::string_view kind,
                  const std::string& tag) {
  if (tag.empty()) return {};
  return ImageUrl(source, fmt::format("/Items/{}/Images/{}?tag={}", entry.id, kind, tag), tag);
}

void Complete(const Entry& entry, std::string_view source, std::string_view library, Item* item) {
  item->key = "jellyfin_" + entry.id;
  item->id = item->key;
  item->source = "jellyfin";
  item->server_name = source;
  item->library = library;
  item->type = entry.type == "Movie" ? "movie" : "show";
  item->official_rating = item->content_rating;
  if (const auto premiere = TimeOf(entry.premiere)) {
    const absl::CivilDay day = absl::ToCivilDay(*premiere, absl::UTCTimeZone());
    item->release_date = fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
    if (!item->year) item->year = PlausibleYear(day.year());
  }
  if (entry.ticks > 0 && entry.ticks / kTicksPerMinute <= kLongestMinutes) {
    item->runtime_ms = entry.ticks / kTicksPerMillisecond;
    // The run time of a series is that of an episode; displays would show it as the total.
    if (item->type == "movie") {
      item->runtime_minutes = static_cast<int32_t>(entry.ticks / kTicksPerMinute);
    }
  }
  const VideoStream video = item->video.value_or(VideoStream());
  item->quality_label = QualityLabel(video.width > 0 ? video.width : entry.width,
                                     video.height > 0 ? video.height : entry.height);
  item->poster_url = Image(source, entry, "Primary", entry.primary_tag);
  item->thumbnail_url = item->poster_url;
  item->background_url = Image(source, entry, "Backdrop/0", entry.backdrop_tag);
  item->clear_logo_url = Image(source, entry, "Logo", entry.logo_tag);
}

}  // namespace

error_code ParseItem(ondemand::value value, std::string_view source, std::string_view library,
                     std::optional<Item>* item) {
  Entry entry;
  Item parsed;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    return ParseField(key, field, &entry, &parsed);
  });
  if (error != simdjson::SUCCESS) return error;
  const bool shown = (entry.type == "Movie" || entry.type == "Series") && !entry.id.empty() &&
                     !parsed.title.empty() && !entry.primary_tag.empty();
  if (shown) {
    Complete(entry, source, library, &parsed);
    *item = std::move(parsed);
  }
  return simdjson::SUCCESS;
}

}  // namespace marquee::playlist
