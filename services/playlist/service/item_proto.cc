#include "services/playlist/service/item_proto.h"

#include <set>
#include <string>
#include <string_view>

namespace marquee::playlist {
namespace {

v1::ItemType TypeOf(const std::string& type) {
  if (type == "movie") return v1::ITEM_TYPE_MOVIE;
  if (type == "show") return v1::ITEM_TYPE_SHOW;
  if (type == "music") return v1::ITEM_TYPE_MUSIC;
  if (type == "game") return v1::ITEM_TYPE_GAME;
  return v1::ITEM_TYPE_UNSPECIFIED;
}

void Streams(const Item& item, v1::Item* message) {
  if (item.video) {
    auto* video = message->mutable_video_stream();
    video->set_height(item.video->height);
    video->set_width(item.video->width);
    video->set_codec(item.video->codec);
    video->set_aspect_ratio(item.video->aspect_ratio);
  }
  if (item.audio) {
    auto* audio = message->mutable_audio_track();
    audio->set_codec(item.audio->codec);
    audio->set_channels(item.audio->channels);
    audio->set_profile(item.audio->profile);
    audio->set_language(item.audio->language);
  }
}

void Music(const Item& item, v1::Music* music) {
  music->set_artist(item.artist);
  music->set_artist_id(item.artist_id);
  music->set_album(item.album);
  music->set_artist_photo_url(item.artist_photo_url);
  music->mutable_styles()->Assign(item.styles.begin(), item.styles.end());
  music->mutable_moods()->Assign(item.moods.begin(), item.moods.end());
}

void SetStreaming(const Streaming& streaming, v1::Streaming* message) {
  message->set_region(streaming.region);
  message->set_link(streaming.link);
  for (const StreamingProvider& provider : streaming.providers) {
    auto* added = message->add_providers();
    added->set_name(provider.name);
    added->set_type(provider.type);
    added->set_logo_url(provider.logo_url);
  }
}

void AddCopy(const std::string& source, const std::string& library, const std::string& key,
             v1::Item* message) {
  auto* copy = message->add_available_in();
  copy->set_source(source);
  copy->set_library(library);
  copy->set_key(key);
}

void SetCopies(const Item& item, v1::Item* message) {
  if (item.copies.empty()) AddCopy(item.server_name, item.library, item.key, message);
  std::set<std::string_view> known{item.key, item.id, ""};
  for (const Copy& copy : item.copies) {
    if (!copy.gone) AddCopy(copy.server_name, copy.library, copy.key, message);
    for (const std::string& alias : {copy.key, copy.id}) {
      if (known.contains(alias)) continue;
      message->add_aliases(alias);
    }
    known.insert({copy.key, copy.id});
  }
}

}  // namespace

void ToProto(const Item& item, v1::Item* message) {
  message->set_key(item.key);
  message->set_id(item.id);
  message->set_source(item.source);
  message->set_server_name(item.server_name);
  message->set_type(TypeOf(item.type));
  message->set_title(item.title);
  message->set_original_title(item.original_title);
  message->set_year(item.year.value_or(0));
  message->set_poster_url(item.poster_url);
  message->set_background_url(item.background_url);
  message->set_thumbnail_url(item.thumbnail_url);
  message->set_clear_logo_url(item.clear_logo_url);
  message->set_tagline(item.tagline);
  message->set_overview(item.overview);
  if (item.rating) message->set_rating(*item.rating);
  message->set_content_rating(item.content_rating);
  message->set_official_rating(item.official_rating);
  message->mutable_genres()->Assign(item.genres.begin(), item.genres.end());
  message->mutable_studios()->Assign(item.studios.begin(), item.studios.end());
  message->set_imdb_url(item.imdb_url);
  message->set_tmdb_id(item.tmdb_id.value_or(0));
  if (item.rotten_tomatoes) {
    auto* tomatoes = message->mutable_rotten_tomatoes();
    tomatoes->set_score(item.rotten_tomatoes->score.value_or(0));
    tomatoes->set_icon(item.rotten_tomatoes->icon);
    tomatoes->set_original_score(item.rotten_tomatoes->original_score.value_or(0));
  }
  message->set_runtime_ms(
      item.runtime_ms.value_or(int64_t{item.runtime_minutes.value_or(0)} * 60'000));
  message->set_quality_label(item.quality_label);
  message->set_library(item.library);
  message->set_added_at_ms(item.added_at_ms.value_or(0));
  message->set_release_date(item.release_date);
  message->set_has_hdr(item.has_hdr);
  message->set_has_dolby_vision(item.has_dolby_vision);
  Streams(item, message);
  message->set_platform(item.platform);
  if (!item.artist.empty() || !item.album.empty()) Music(item, message->mutable_music());
  if (item.streaming) SetStreaming(*item.streaming, message->mutable_streaming());
  if (item.placeholder) {
    message->mutable_placeholder()->set_thumb_hash(item.placeholder->thumb_hash);
    message->mutable_placeholder()->set_dominant_color(item.placeholder->dominant_color);
  }
  SetCopies(item, message);
  message->set_has_trailer(item.has_trailer);
  message->set_has_theme(item.has_theme);
}

v1::PlaylistVersion ToProto(const Snapshot& snapshot) {
  v1::PlaylistVersion message;
  message.set_fence(static_cast<int64_t>(snapshot.version.fence));
  message.set_sequence(static_cast<int64_t>(snapshot.version.sequence));
  message.set_content_hash(snapshot.content_hash);
  return message;
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp message;
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down, as Timestamp requires
  message.set_seconds(seconds);
  message.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return message;
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration message;
  absl::Duration rest;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  message.set_nanos(static_cast<int32_t>(rest / absl::Nanoseconds(1)));
  return message;
}

}  // namespace marquee::playlist
