// The extras of a title, and who is playing what.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/sources/jellyfin/jellyfin_item.h"
#include "services/playlist/sources/jellyfin/jellyfin_parse.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {
namespace {

constexpr ListShape kExtras = {.key = "Items", .may_be_bare = true};
constexpr ListShape kSessions = {.key = "Items", .may_be_bare = true};
constexpr int64_t kTicksPerSecond = 10'000'000;

// What a series' episode lends its series' face to.
struct Episode {
  std::string id;
  std::string series;
  std::string series_id;
  std::string series_tag;
};

error_code ParseEpisode(ondemand::value value, Episode* episode) {
  return ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "Id") episode->id = WordOf(field);
    if (key == "SeriesName") episode->series = TextOf(field);
    if (key == "SeriesId") episode->series_id = WordOf(field);
    if (key == "SeriesPrimaryImageTag") episode->series_tag = WordOf(field);
    return simdjson::SUCCESS;
  });
}

std::optional<Item> ItemOf(const Episode& episode, std::string_view source) {
  if (episode.series.empty() || episode.series_id.empty() || episode.series_tag.empty()) {
    return std::nullopt;
  }
  Item item;
  item.key = item.id = "jellyfin_" + episode.series_id;
  item.source = "jellyfin";
  item.server_name = source;
  item.type = "show";
  item.title = episode.series;
  item.poster_url = ImageUrl(
      source, fmt::format("/Items/{}/Images/Primary?tag={}", episode.series_id, episode.series_tag),
      episode.series_tag);
  item.thumbnail_url = item.poster_url;
  return item;
}

// The value is read twice: as a title and, when it is none, as an episode.
error_code ParsePlaying(ondemand::value value, std::string_view source, std::optional<Item>* item) {
  std::string_view raw;
  if (const error_code error = simdjson::to_json_string(value).get(raw)) return error;
  std::string text(raw);
  JsonReader reader;
  const absl::Status whole =
      reader.Parse(text, [&](ondemand::value title) { return ParseItem(title, source, "", item); });
  if (!whole.ok() || item->has_value()) return simdjson::SUCCESS;
  Episode episode;
  const absl::Status part =
      reader.Parse(text, [&](ondemand::value title) { return ParseEpisode(title, &episode); });
  if (part.ok()) *item = ItemOf(episode, source);
  return simdjson::SUCCESS;
}

}  // namespace

absl::StatusOr<std::vector<Extra>> ParseExtras(const std::string& body, std::string_view source,
                                               ExtraKind kind, DamagedEntries* damaged) {
  std::vector<Extra> extras;
  const auto parse = [&](ondemand::value value) {
    std::string id;
    Extra extra{.kind = kind};
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "Id") id = WordOf(field);
      if (key == "Name") extra.name = TextOf(field, 256);
      if (key == "ExtraType" && kind == ExtraKind::kOther) {
        if (TextOf(field, 32) == "Trailer") extra.kind = ExtraKind::kTrailer;
      }
      return simdjson::SUCCESS;
    });
    if (!id.empty()) {
      const char* root = kind == ExtraKind::kTheme ? "Audio" : "Videos";
      extra.url = MediaUrl(source, fmt::format("/{}/{}/stream?static=true", root, id));
      extras.push_back(std::move(extra));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kExtras, body, parse, damaged));
  return extras;
}

absl::StatusOr<std::vector<PlaybackSession>> ParseSessions(const std::string& body,
                                                           std::string_view source,
                                                           DamagedEntries* damaged) {
  std::vector<PlaybackSession> sessions;
  const auto parse = [&](ondemand::value value) {
    PlaybackSession session;
    std::optional<Item> item;
    std::string client;
    std::string device;
    bool paused = false;
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "Id") session.id = TextOf(field, 128);
      if (key == "UserName") session.user = TextOf(field, 128);
      if (key == "Client") client = TextOf(field, 128);
      if (key == "DeviceName") device = TextOf(field, 128);
      if (key == "NowPlayingItem") return ParsePlaying(field, source, &item);
      if (key == "PlayState") {
        return ForEachField(field, [&](std::string_view name, ondemand::value inner) {
          if (name == "PositionTicks") {
            session.position = absl::Seconds(IntegerOf(inner).value_or(0) / kTicksPerSecond);
          }
          if (name == "IsPaused") paused = IsTrue(inner);
          return simdjson::SUCCESS;
        });
      }
      return simdjson::SUCCESS;
    });
    if (item) {
      session.source = source;
      session.item = *std::move(item);
      session.state = paused ? "paused" : "playing";
      session.player = device.empty() ? client : fmt::format("{}, {}", device, client);
      sessions.push_back(std::move(session));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kSessions, body, parse, damaged));
  return sessions;
}

}  // namespace marquee::playlist
