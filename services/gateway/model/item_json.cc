#include "services/gateway/model/item_json.h"

#include <absl/strings/escaping.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/strings.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

std::string_view TypeName(ItemType type) {
  switch (type) {
    case ItemType::kMovie:
      return "movie";
    case ItemType::kShow:
      return "show";
    case ItemType::kMusic:
      return "music";
    case ItemType::kGame:
      return "game";
    case ItemType::kUnknown:
      break;
  }
  return "";
}

void AppendRottenTomatoes(const MediaItem::RottenTomatoes& rating, std::string& out) {
  JsonObject object(out);
  object.Integer("score", rating.score);
  object.TextIfAny("icon", rating.icon);
  object.Number("originalScore", rating.original_score);
  object.Close();
}

void AppendVideoStream(const MediaItem::VideoStream& stream, std::string& out) {
  JsonObject object(out);
  object.IntegerIfAny("height", stream.height);
  object.IntegerIfAny("width", stream.width);
  object.TextIfAny("codec", stream.codec);
  object.TextIfAny("aspectRatio", stream.aspect_ratio);
  object.Close();
}

void AppendAudioTrack(const MediaItem::AudioTrack& track, std::string& out) {
  JsonObject object(out);
  object.TextIfAny("codec", track.codec);
  object.IntegerIfAny("channels", track.channels);
  object.TextIfAny("profile", track.profile);
  object.TextIfAny("language", track.language);
  object.Close();
}

void AppendStreaming(const MediaItem::Streaming& streaming, std::string& out) {
  JsonObject object(out);
  object.Bool("available", !streaming.providers.empty());
  object.Name("providers");
  out += '[';
  for (const MediaItem::Streaming::Provider& provider : streaming.providers) {
    if (out.back() != '[') out += ',';
    JsonObject entry(out);
    entry.Text("name", provider.name);
    entry.TextIfAny("type", provider.type);
    entry.TextIfAny("logo", provider.logo_url);
    entry.Close();
  }
  out += ']';
  object.TextIfAny("region", streaming.region);
  object.TextIfAny("link", streaming.link);
  object.Close();
}

void AppendCopies(const std::vector<MediaItem::Copy>& copies, std::string& out) {
  out += '[';
  for (const MediaItem::Copy& copy : copies) {
    if (out.back() != '[') out += ',';
    JsonObject entry(out);
    entry.Text("source", copy.source);
    entry.TextIfAny("library", copy.library);
    entry.Text("key", copy.key);
    entry.Close();
  }
  out += ']';
}

// Also flat, as the specification line of Posterrama 2.9.4's cinema page reads them.
void AppendSpecifications(const MediaItem& item, JsonObject& object) {
  const int height = item.video_stream ? item.video_stream->height : 0;
  object.TextIfAny("resolution", !item.quality_label.empty() || height <= 0
                                     ? item.quality_label
                                     : std::to_string(height) + "p");
  if (item.video_stream) object.TextIfAny("aspectRatio", item.video_stream->aspect_ratio);
  if (item.audio_track) {
    object.TextIfAny("audioCodec", item.audio_track->codec);
    object.IntegerIfAny("audioChannels", item.audio_track->channels);
  }
  if (item.has_hdr) object.Bool("hasHDR", true);
  if (item.has_dolby_vision) object.Bool("hasDolbyVision", true);
}

}  // namespace

void AppendItemJson(const MediaItem& item, std::string& out) {
  JsonObject object(out);
  object.TextIfAny("key", item.key);
  object.TextIfAny("id", item.id);
  object.TextIfAny("source", item.source);
  object.TextIfAny("serverName", item.server_name);
  object.TextIfAny("type", TypeName(item.type));
  object.TextIfAny("title", item.title);
  object.TextIfAny("originalTitle", item.original_title);
  object.IntegerIfAny("year", item.year);
  object.TextIfAny("posterUrl", item.poster_url);
  object.TextIfAny("backgroundUrl", item.background_url);
  object.TextIfAny("thumbnailUrl", item.thumbnail_url);
  object.TextIfAny("clearLogoUrl", item.clear_logo_url);
  object.TextIfAny("tagline", item.tagline);
  object.TextIfAny("overview", item.overview);
  if (item.rating && std::isfinite(*item.rating)) object.Number("rating", *item.rating);
  object.TextIfAny("contentRating", item.content_rating);
  object.TextIfAny("officialRating", item.official_rating);
  object.ListIfAny("genres", item.genres);
  object.ListIfAny("studios", item.studios);
  object.TextIfAny("imdbUrl", item.imdb_url);
  object.IntegerIfAny("tmdbId", item.tmdb_id);
  if (item.rotten_tomatoes) {
    object.Name("rottenTomatoes");
    AppendRottenTomatoes(*item.rotten_tomatoes, out);
  }
  object.IntegerIfAny("runtime", (item.runtime_ms + 30'000) / 60'000);
  object.IntegerIfAny("runtimeMs", item.runtime_ms);
  object.TextIfAny("qualityLabel", item.quality_label);
  object.TextIfAny("quality", item.quality_label);
  object.TextIfAny("library", item.library);
  object.IntegerIfAny("addedAtMs", item.added_at_ms);
  object.TextIfAny("releaseDate", item.release_date);
  AppendSpecifications(item, object);
  if (item.video_stream) {
    object.Name("videoStreams");
    out += '[';
    AppendVideoStream(*item.video_stream, out);
    out += ']';
  }
  if (item.audio_track) {
    object.Name("audioTracks");
    out += '[';
    AppendAudioTrack(*item.audio_track, out);
    out += ']';
  }
  object.TextIfAny("platform", item.platform);
  object.TextIfAny("artist", item.artist);
  object.TextIfAny("artistId", item.artist_id);
  object.TextIfAny("album", item.album);
  object.TextIfAny("artistPhoto", item.artist_photo_url);
  object.ListIfAny("styles", item.styles);
  object.ListIfAny("moods", item.moods);
  if (item.streaming) {
    object.Name("streaming");
    AppendStreaming(*item.streaming, out);
  }
  if (!item.available_in.empty()) {
    object.Name("available_in");
    AppendCopies(item.available_in, out);
  }
  object.ListIfAny("aliases", item.aliases);
  object.TextIfAny("dominantColor", item.dominant_color);
  object.TextIfAny("thumbHash", absl::Base64Escape(base::ToAbslView(item.thumb_hash)));
  object.Close();
}

}  // namespace marquee::gateway
