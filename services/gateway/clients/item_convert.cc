#include "services/gateway/clients/item_convert.h"

namespace marquee::gateway {
namespace {

namespace pb = marquee::playlist::v1;

ItemType ToType(pb::ItemType type) {
  switch (type) {
    case pb::ITEM_TYPE_MOVIE:
      return ItemType::kMovie;
    case pb::ITEM_TYPE_SHOW:
      return ItemType::kShow;
    case pb::ITEM_TYPE_MUSIC:
      return ItemType::kMusic;
    case pb::ITEM_TYPE_GAME:
      return ItemType::kGame;
    default:
      return ItemType::kUnknown;
  }
}

template <class Repeated>
std::vector<std::string> ToList(const Repeated& values) {
  return {values.begin(), values.end()};
}

}  // namespace

MediaItem ToMediaItem(const pb::Item& item) {
  MediaItem media;
  media.key = item.key();
  media.id = item.id().empty() ? item.key() : item.id();
  media.source = item.source();
  media.server_name = item.server_name();
  media.type = ToType(item.type());
  media.title = item.title();
  media.original_title = item.original_title();
  media.year = item.year();
  media.poster_url = item.poster_url();
  media.background_url = item.background_url();
  media.thumbnail_url = item.thumbnail_url();
  media.clear_logo_url = item.clear_logo_url();
  media.tagline = item.tagline();
  media.overview = item.overview();
  if (item.has_rating()) media.rating = item.rating();
  media.content_rating = item.content_rating();
  media.official_rating = item.official_rating();
  media.genres = ToList(item.genres());
  media.studios = ToList(item.studios());
  media.imdb_url = item.imdb_url();
  media.tmdb_id = item.tmdb_id();
  if (item.has_rotten_tomatoes()) {
    media.rotten_tomatoes = {.score = item.rotten_tomatoes().score(),
                             .icon = item.rotten_tomatoes().icon(),
                             .original_score = item.rotten_tomatoes().original_score()};
  }
  media.runtime_ms = item.runtime_ms();
  media.quality_label = item.quality_label();
  media.library = item.library();
  media.added_at_ms = item.added_at_ms();
  media.release_date = item.release_date();
  media.has_hdr = item.has_hdr();
  media.has_dolby_vision = item.has_dolby_vision();
  if (item.has_video_stream()) {
    media.video_stream = {.height = item.video_stream().height(),
                          .width = item.video_stream().width(),
                          .codec = item.video_stream().codec(),
                          .aspect_ratio = item.video_stream().aspect_ratio()};
  }
  if (item.has_audio_track()) {
    media.audio_track = {.codec = item.audio_track().codec(),
                         .channels = item.audio_track().channels(),
                         .profile = item.audio_track().profile(),
                         .language = item.audio_track().language()};
  }
  media.platform = item.platform();
  media.artist = item.music().artist();
  media.artist_id = item.music().artist_id();
  media.album = item.music().album();
  media.artist_photo_url = item.music().artist_photo_url();
  media.styles = ToList(item.music().styles());
  media.moods = ToList(item.music().moods());
  if (item.has_streaming()) {
    MediaItem::Streaming& streaming = media.streaming.emplace();
    streaming.region = item.streaming().region();
    streaming.link = item.streaming().link();
    for (const pb::Streaming::Provider& provider : item.streaming().providers()) {
      streaming.providers.push_back(
          {.name = provider.name(), .type = provider.type(), .logo_url = provider.logo_url()});
    }
  }
  for (const pb::ItemCopy& copy : item.available_in()) {
    media.available_in.push_back(
        {.source = copy.source(), .library = copy.library(), .key = copy.key()});
  }
  media.aliases = ToList(item.aliases());
  media.dominant_color = item.placeholder().dominant_color();
  media.thumb_hash = item.placeholder().thumb_hash();
  return media;
}

}  // namespace marquee::gateway
