// Extras of a title, and playback sessions.
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

// Playable things other than films and series: an episode, which is shown with its series' artwork,
// a track, live television, a clip.
struct Playing {
  std::string id;
  std::string type;
  std::string name;
  std::string program;  // current program of a channel
  std::string tag;
  std::string series;
  std::string series_id;
  std::string series_tag;
  std::string album;
  std::string album_id;
  std::string album_tag;
  std::string artist;
};

error_code ParsePlayingField(std::string_view key, ondemand::value field, Playing* playing) {
  const auto inner = [&](std::string_view wanted, auto&& use) {
    return ForEachField(field, [&](std::string_view name, ondemand::value value) {
      if (name == wanted) use(value);
      return simdjson::SUCCESS;
    });
  };
  if (key == "Id") playing->id = WordOf(field);
  if (key == "Type") playing->type = TextOf(field, 32);
  if (key == "Name") playing->name = TextOf(field);
  if (key == "SeriesName") playing->series = TextOf(field);
  if (key == "SeriesId") playing->series_id = WordOf(field);
  if (key == "SeriesPrimaryImageTag") playing->series_tag = WordOf(field);
  if (key == "Album") playing->album = TextOf(field);
  if (key == "AlbumId") playing->album_id = WordOf(field);
  if (key == "AlbumPrimaryImageTag") playing->album_tag = WordOf(field);
  if (key == "AlbumArtist") playing->artist = TextOf(field);
  if (key == "ImageTags") {
    return inner("Primary", [&](ondemand::value value) { playing->tag = WordOf(value); });
  }
  if (key == "CurrentProgram") {
    return inner("Name", [&](ondemand::value value) { playing->program = TextOf(value); });
  }
  return simdjson::SUCCESS;
}

std::optional<Item> ItemOf(const Playing& playing, std::string_view source) {
  if (playing.type == "Photo" || playing.id.empty()) return std::nullopt;
  Item item;
  std::string id = playing.id;
  std::string tag = playing.tag;
  item.title = playing.program.empty() ? playing.name : playing.program;
  if (!playing.series.empty()) {
    item.type = "show";
    item.title = playing.series;
    if (!playing.series_id.empty()) {
      id = playing.series_id;
      tag = playing.series_tag;
    }
  } else if (playing.type == "Audio") {
    item.type = "music";
    item.album = playing.album;
    item.artist = playing.artist;
    if (!playing.album_id.empty() && !playing.album_tag.empty()) {
      id = playing.album_id;
      tag = playing.album_tag;
    }
  } else if (playing.type == "Movie" || playing.type == "Series") {  // without a poster
    item.type = playing.type == "Movie" ? "movie" : "show";
  }
  if (item.title.empty()) return std::nullopt;
  item.key = item.id = "jellyfin_" + id;
  item.source = "jellyfin";
  item.server_name = source;
  if (!tag.empty()) {
    item.poster_url =
        ImageUrl(source, fmt::format("/Items/{}/Images/Primary?tag={}", id, tag), tag);
    item.thumbnail_url = item.poster_url;
  }
  return item;
}

// The value is read twice: first as a library title, then, if it is none, as something else.
error_code ParsePlaying(ondemand::value value, std::string_view source, std::optional<Item>* item) {
  std::string_view raw;
  if (const error_code error = simdjson::to_json_string(value).get(raw)) return error;
  std::string text(raw);
  JsonReader reader;
  const absl::Status whole =
      reader.Parse(text, [&](ondemand::value title) { return ParseItem(title, source, "", item); });
  if (!whole.ok() || item->has_value()) return simdjson::SUCCESS;
  Playing playing;
  const absl::Status part = reader.Parse(text, [&](ondemand::value title) {
    return ForEachField(title, [&](std::string_view key, ondemand::value field) {
      return ParsePlayingField(key, field, &playing);
    });
  });
  if (part.ok()) *item = ItemOf(playing, source);
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
