#include "services/playlist/refresh/merged_item.h"

#include <algorithm>
#include <string>

#include "services/playlist/model/age_rating.h"

namespace marquee::playlist {
namespace {

template <class T>
void Fill(const T& from, T* to) {
  if (!to->has_value()) *to = from;
}
void Fill(const std::string& from, std::string* to) {
  if (to->empty()) *to = from;
}
template <class T>
void Fill(const std::vector<T>& from, std::vector<T>* to) {
  if (to->empty()) *to = from;
}

void FillWords(const Item& part, Item* item) {
  Fill(part.type, &item->type);
  Fill(part.original_title, &item->original_title);
  Fill(part.year, &item->year);
  Fill(part.release_date, &item->release_date);
  Fill(part.tagline, &item->tagline);
  Fill(part.overview, &item->overview);
  Fill(part.genres, &item->genres);
  Fill(part.studios, &item->studios);
}

void FillFacts(const Item& part, Item* item) {
  Fill(part.rating, &item->rating);
  Fill(part.imdb_url, &item->imdb_url);
  Fill(part.tmdb_id, &item->tmdb_id);
  Fill(part.tvdb_id, &item->tvdb_id);
  Fill(part.rotten_tomatoes, &item->rotten_tomatoes);
  Fill(part.added_at_ms, &item->added_at_ms);
  Fill(part.streaming, &item->streaming);
  if (!item->runtime_ms && !item->runtime_minutes) {
    item->runtime_ms = part.runtime_ms;
    item->runtime_minutes = part.runtime_minutes;
  }
  item->has_trailer = item->has_trailer || part.has_trailer;
  item->has_theme = item->has_theme || part.has_theme;
  item->content_rating = StricterRating(item->content_rating, part.content_rating);
  item->official_rating = StricterRating(item->official_rating, part.official_rating);
}

bool KnowsStreams(const Item& item) {
  return !item.quality_label.empty() || item.video || item.audio || item.has_hdr ||
         item.has_dolby_vision;
}

void FillStreams(const Item& part, Item* item) {
  if (KnowsStreams(*item)) return;
  item->quality_label = part.quality_label;
  item->has_hdr = part.has_hdr;
  item->has_dolby_vision = part.has_dolby_vision;
  item->video = part.video;
  item->audio = part.audio;
}

void FillImages(const Item& part, Item* item) {
  if (item->poster_url.empty()) {
    item->poster_url = part.poster_url;
    item->thumbnail_url = part.thumbnail_url;
    item->placeholder = part.placeholder;
  }
  const bool has_own = !item->background_url.empty() && item->background_url != item->poster_url;
  if (!has_own && part.background_url != part.poster_url) {
    item->background_url = part.background_url;
  }
  Fill(part.clear_logo_url, &item->clear_logo_url);
}

int64_t PixelsOf(const Item& item) {
  if (item.video && item.video->height > 0) {
    return int64_t{item.video->height} * std::max(item.video->width, 1);
  }
  if (item.quality_label == "4K") return int64_t{3840} * 2160;
  if (item.quality_label == "1080p") return int64_t{1920} * 1080;
  if (item.quality_label == "720p") return int64_t{1280} * 720;
  return item.quality_label.empty() ? 0 : int64_t{720} * 576;
}

}  // namespace

Item MergeFields(const std::vector<ItemPtr>& parts) {
  Item item = parts.front()->item;
  for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
    FillWords((*part)->item, &item);
    FillFacts((*part)->item, &item);
    FillStreams((*part)->item, &item);
    FillImages((*part)->item, &item);
  }
  // Displays skip slides without a background.
  if (item.background_url.empty()) item.background_url = parts.front()->item.background_url;
  return item;
}

bool IsBetterCopy(const Item& a, const Item& b) {
  const int64_t more = PixelsOf(a) - PixelsOf(b);
  return more != 0 ? more > 0 : a.key < b.key;
}

}  // namespace marquee::playlist
