#include "services/playlist/sources/plex/plex_item.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/quality.h"
#include "services/playlist/sources/plex/plex_images.h"
#include "services/playlist/sources/plex/plex_media.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {
namespace {

constexpr int64_t kLongestMs = int64_t{7} * 24 * 3600 * 1000;  // longer is an error in the data

// Fields of an entry that do not correspond to a single field of the item.
struct Entry {
  std::string rating_key;
  std::string type;
  std::string thumb;
  std::string art;
  std::string logo;
  std::string title;
  std::string parent_title;
  std::string parent_key;
  std::string parent_thumb;
  std::string grandparent_title;
  std::string grandparent_key;
  std::string grandparent_thumb;
  std::string rating_image;
  std::optional<double> critics;
  std::optional<double> audience;
};

std::string ImageOf(ondemand::value value) { return PlexImagePathIn(TextOf(value, 2048)); }

// The version of an image is the last part of its path and changes with the image.
std::string ImageUrlOf(std::string_view source, const std::string& path) {
  if (path.empty()) return {};
  const std::string_view version = std::string_view(path).substr(path.rfind('/') + 1);
  return ImageUrl(source, path, version);
}

// `imdb://tt0111161` and `tmdb://278`, in any case, and the forms of older agents:
// `com.plexapp.agents.imdb://tt0111161?lang=en`, `com.plexapp.agents.themoviedb://278?lang=en`.
void TakeGuid(std::string guid, Item* item) {
  absl::AsciiStrToLower(&guid);
  constexpr std::string_view kAgent = "com.plexapp.agents.";
  std::string_view rest = guid;
  if (rest.starts_with(kAgent)) rest.remove_prefix(kAgent.size());
  const size_t mark = rest.find("://");
  if (mark == std::string_view::npos) return;
  const std::string_view site = rest.substr(0, mark);
  rest.remove_prefix(mark + 3);
  const std::string_view id = rest.substr(0, rest.find_first_of("?/"));
  // An id followed by further parts belongs to a season or an episode.
  if (rest.size() > id.size() && rest[id.size()] == '/') return;
  if (site == "imdb" && id.starts_with("tt") && IsPathNumber(id.substr(2))) {
    item->imdb_url = fmt::format("https://www.imdb.com/title/{}/", id);
    return;
  }
  const bool tmdb = site == "tmdb" || site == "themoviedb";
  const bool tvdb = site == "tvdb" || site == "thetvdb";
  if ((!tmdb && !tvdb) || !IsPathNumber(id)) return;
  int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  if (number > 0) (tmdb ? item->tmdb_id : item->tvdb_id) = number;
}

error_code ParseGuids(ondemand::value guids, Item* item) {
  return ForEachElement(guids, [&](ondemand::value guid) {
    return ForEachField(guid, [&](std::string_view key, ondemand::value field) {
      if (key != "id") return simdjson::SUCCESS;
      TakeGuid(TextOf(field, 128), item);
      return simdjson::SUCCESS;
    });
  });
}

error_code ParseImages(ondemand::value images, Entry* entry) {
  return ForEachElement(images, [&](ondemand::value image) {
    std::string type;
    std::string path;
    const error_code error = ForEachField(image, [&](std::string_view key, ondemand::value field) {
      if (key == "type") type = TextOf(field, 32);
      if (key == "url") path = ImageOf(field);
      return simdjson::SUCCESS;
    });
    if (type == "clearLogo" && entry->logo.empty()) entry->logo = std::move(path);
    return error;
  });
}

// The first rating of that site; a title requested alone has several.
error_code ParseRatings(ondemand::value ratings, Entry* entry, Item* item) {
  return ForEachElement(ratings, [&](ondemand::value rating) {
    std::string image;
    std::optional<double> value;
    const error_code error = ForEachField(rating, [&](std::string_view key, ondemand::value field) {
      if (key == "image") image = TextOf(field, 64);
      if (key == "value") value = NumberOf(field);
      return simdjson::SUCCESS;
    });
    if (value && !item->rotten_tomatoes && image.find("rottentomatoes") != std::string::npos) {
      entry->rating_image = image;
      item->rotten_tomatoes = TomatoesOf(*value * 10);
    }
    return error;
  });
}

std::string Year4(const std::string& date) {
  const bool date_like = date.size() == 10 && date[4] == '-' && date[7] == '-';
  return date_like ? date : std::string();
}

error_code ParsePeopleFields(std::string_view key, ondemand::value field, Entry* entry) {
  if (key == "parentTitle") entry->parent_title = TextOf(field);
  if (key == "parentRatingKey") entry->parent_key = WordOf(field);
  if (key == "parentThumb") entry->parent_thumb = ImageOf(field);
  if (key == "grandparentTitle") entry->grandparent_title = TextOf(field);
  if (key == "grandparentRatingKey") entry->grandparent_key = WordOf(field);
  if (key == "grandparentThumb") entry->grandparent_thumb = ImageOf(field);
  return simdjson::SUCCESS;
}

error_code ParseField(std::string_view key, ondemand::value field, Entry* entry, PlexEntry* parsed,
                      Item* item) {
  error_code error = simdjson::SUCCESS;
  if (key == "ratingKey") {
    entry->rating_key = WordOf(field);
  } else if (key == "type") {
    entry->type = TextOf(field, 32);
  } else if (key == "title") {
    entry->title = TextOf(field);
  } else if (key == "originalTitle") {
    item->original_title = TextOf(field);
  } else if (key == "year") {
    item->year = PlausibleYear(IntegerOf(field));
  } else if (key == "originallyAvailableAt") {
    item->release_date = Year4(TextOf(field, 32));
  } else if (key == "addedAt") {
    if (const auto seconds = IntegerOf(field); seconds && *seconds > 0) {
      item->added_at_ms = *seconds * 1000;
    }
  } else if (key == "summary") {
    item->overview = TextOf(field, 4096);
  } else if (key == "tagline") {
    item->tagline = TextOf(field);
  } else if (key == "contentRating") {
    item->content_rating = TextOf(field, 64);
  } else if (key == "rating") {
    entry->critics = NumberOf(field);
  } else if (key == "audienceRating") {
    entry->audience = NumberOf(field);
  } else if (key == "ratingImage") {
    entry->rating_image = TextOf(field, 64);
  } else if (key == "duration") {
    const auto ms = IntegerOf(field);
    if (ms && *ms > 0 && *ms <= kLongestMs) item->runtime_ms = ms;
  } else if (key == "studio") {
    if (std::string studio = TextOf(field, 256); !studio.empty()) {
      item->studios = {std::move(studio)};
    }
  } else if (key == "thumb") {
    entry->thumb = ImageOf(field);
  } else if (key == "art") {
    entry->art = ImageOf(field);
  } else if (key == "theme") {
    item->has_theme = !TextOf(field, 256).empty();
  } else if (key == "primaryExtraKey") {
    item->has_trailer = !TextOf(field, 256).empty();
  } else if (key == "Genre") {
    item->genres = TextsOf(field, "tag", &error);
  } else if (key == "Style") {
    item->styles = TextsOf(field, "tag", &error);
  } else if (key == "Mood") {
    item->moods = TextsOf(field, "tag", &error);
  } else if (key == "Collection") {
    parsed->collections = TextsOf(field, "tag", &error);
  } else if (key == "guid") {
    TakeGuid(TextOf(field, 256), item);
  } else if (key == "Guid") {
    error = ParseGuids(field, item);
  } else if (key == "Image") {
    error = ParseImages(field, entry);
  } else if (key == "Rating") {
    error = ParseRatings(field, entry, item);
  } else if (key == "Media") {
    error = ParsePlexMedia(field, item);
  } else {
    error = ParsePeopleFields(key, field, entry);
  }
  return error;
}

// Plex indicates the tomato icon with an image; the thresholds alone would call a 58 % "upright"
// rotten.
void ChooseTomato(const Entry& entry, Item* item) {
  if (!item->rotten_tomatoes && entry.critics &&
      entry.rating_image.find("rottentomatoes") != std::string::npos) {
    item->rotten_tomatoes = TomatoesOf(*entry.critics * 10);
  }
  if (item->rotten_tomatoes && item->rotten_tomatoes->icon == "rotten" &&
      MentionsAny(entry.rating_image, {"ripe", "upright"})) {
    item->rotten_tomatoes->icon = "fresh";
  }
}

// Converts an episode or season to its series.
void BecomeSeries(Entry* entry) {
  const bool episode = entry->type == "episode";
  entry->rating_key = episode ? entry->grandparent_key : entry->parent_key;
  entry->title = episode ? entry->grandparent_title : entry->parent_title;
  entry->thumb = episode ? entry->grandparent_thumb : entry->parent_thumb;
  entry->type = "show";
}

void Complete(const Entry& entry, std::string_view source, std::string_view library, Item* item) {
  item->key = fmt::format("plex-{}-{}", source, entry.rating_key);
  item->id = item->key;
  item->source = "plex";
  item->server_name = source;
  item->library = library;
  item->title = entry.title;
  item->type = entry.type == "album" ? "music" : entry.type;
  item->official_rating = item->content_rating;
  item->rating = entry.critics ? entry.critics : entry.audience;
  if (item->rating && (*item->rating < 0 || *item->rating > 10)) item->rating.reset();
  if (!item->year && item->release_date.size() == 10) {
    int64_t year = 0;
    std::from_chars(item->release_date.data(), item->release_date.data() + 4, year);
    item->year = PlausibleYear(year);
  }
  if (item->type == "movie" && item->runtime_ms) {
    item->runtime_minutes = static_cast<int32_t>(*item->runtime_ms / 60'000);
  }
  ChooseTomato(entry, item);
  item->poster_url = ImageUrlOf(source, entry.thumb);
  item->thumbnail_url = item->poster_url;
  item->background_url = ImageUrlOf(source, entry.art);
  item->clear_logo_url = ImageUrlOf(source, entry.logo);
  if (item->type == "music") {
    item->id = entry.rating_key;
    item->album = entry.title;
    item->artist = entry.parent_title;
    item->artist_id = entry.parent_key;
    item->artist_photo_url = ImageUrlOf(source, entry.parent_thumb);
    item->background_url = item->artist_photo_url;
  }
}

}  // namespace

error_code ParsePlexEntry(ondemand::value value, std::string_view source, std::string_view library,
                          PlexEntry* parsed) {
  Entry entry;
  Item item;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    return ParseField(key, field, &entry, parsed, &item);
  });
  if (error != simdjson::SUCCESS) return error;
  if (entry.type == "episode" || entry.type == "season") BecomeSeries(&entry);
  static constexpr std::array<std::string_view, 3> kShown = {"movie", "show", "album"};
  const bool shown = std::ranges::find(kShown, entry.type) != kShown.end() &&
                     !entry.rating_key.empty() && !entry.title.empty() && !entry.thumb.empty();
  if (shown) {
    Complete(entry, source, library, &item);
    parsed->item = std::move(item);
  }
  return simdjson::SUCCESS;
}

error_code ParsePlexPlaying(ondemand::value value, std::string_view source,
                            std::optional<Item>* item) {
  Entry own;
  PlexEntry rest;
  Item parsed;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    return ParseField(key, field, &own, &rest, &parsed);
  });
  if (error != simdjson::SUCCESS || own.type == "photo") return error;
  Entry entry = own;
  const bool is_track = own.type == "track";
  if (own.type == "episode" || own.type == "season") BecomeSeries(&entry);
  if (is_track) {
    entry.type = "album";
    entry.rating_key = own.parent_key;
    entry.thumb = own.parent_thumb;
  } else if (entry.type != "movie" && entry.type != "show" && entry.type != "album") {
    entry.type.clear();
  }
  const auto set_first = [](std::string* text, std::initializer_list<const std::string*> others) {
    for (const std::string* other : others) {
      if (text->empty()) *text = *other;
    }
  };
  set_first(&entry.title, {&own.title, &own.grandparent_title, &own.parent_title});
  if (entry.title.empty()) return simdjson::SUCCESS;
  set_first(&entry.thumb, {&own.thumb, &own.parent_thumb, &own.grandparent_thumb, &own.art});
  // Broadcasts have no key.
  const std::string of_title =
      fmt::format("{:016x}", XXH64(entry.title.data(), entry.title.size(), 0));
  set_first(&entry.rating_key, {&own.rating_key, &of_title});
  Complete(entry, source, "", &parsed);
  if (is_track) {
    parsed.album = own.parent_title;
    parsed.artist = own.grandparent_title;
    parsed.artist_id = own.grandparent_key;
    parsed.artist_photo_url = parsed.background_url = ImageUrlOf(source, own.grandparent_thumb);
  }
  *item = std::move(parsed);
  return simdjson::SUCCESS;
}

}  // namespace marquee::playlist
