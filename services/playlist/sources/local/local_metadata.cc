#include "services/playlist/sources/local/local_metadata.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>

#include "libs/base/status.h"
#include "services/playlist/model/text.h"
#include "services/playlist/model/unicode.h"

namespace marquee::playlist {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kMaxLineBytes = 1024;
constexpr size_t kMaxListed = 32;  // genres, studios; a display shows three

std::string Text(const object& from, const char* name, size_t max_bytes = kMaxLineBytes) {
  std::string_view text;
  if (from[name].get(text) != simdjson::SUCCESS) return {};
  return CleanText(text, max_bytes);
}

// A JSON number, or a number as text, as in hand-written files.
std::optional<double> Number(const object& from, const char* name) {
  element value;
  if (from[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  double number = 0;
  if (value.get(number) == simdjson::SUCCESS) {
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
  }
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

template <class Int>
std::optional<Int> Whole(const object& from, const char* name, double low, double high) {
  const auto number = Number(from, name);
  if (!number || *number < low || *number > high) return std::nullopt;
  return static_cast<Int>(*number);
}

std::optional<double> Ten(const object& from, const char* name) {
  const auto number = Number(from, name);
  return number && *number >= 0 && *number <= 10 ? number : std::nullopt;
}

// A list of strings, a list of objects with a `tag` or `name`, or one string.
std::vector<std::string> Texts(const object& from, const char* name) {
  std::vector<std::string> texts;
  const auto add = [&](std::string text) {
    if (!text.empty() && texts.size() < kMaxListed) texts.push_back(std::move(text));
  };
  simdjson::dom::array list;
  if (from[name].get(list) != simdjson::SUCCESS) {
    add(Text(from, name));
    return texts;
  }
  for (const element entry : list) {
    std::string_view text;
    object inner;
    if (entry.get(text) == simdjson::SUCCESS) {
      add(CleanText(text, kMaxLineBytes));
    } else if (entry.get(inner) == simdjson::SUCCESS) {
      std::string tag = Text(inner, "tag");
      add(tag.empty() ? Text(inner, "name") : std::move(tag));
    }
  }
  return texts;
}

// Displays open this address when touched, so only web addresses are accepted.
std::string WebAddress(const object& from, const char* name) {
  std::string address = Text(from, name);
  const bool web = address.starts_with("https://") || address.starts_with("http://");
  return web ? address : std::string();
}

std::optional<RottenTomatoes> Tomatoes(const object& from) {
  object inner;
  if (from["rottenTomatoes"].get(inner) != simdjson::SUCCESS) return std::nullopt;
  RottenTomatoes tomatoes;
  tomatoes.score = Whole<int32_t>(inner, "score", 0, 100);
  if (!tomatoes.score) tomatoes.score = Whole<int32_t>(inner, "rating", 0, 100);
  const std::string icon = Text(inner, "icon");
  if (icon == "fresh" || icon == "rotten" || icon == "certified-fresh") tomatoes.icon = icon;
  tomatoes.original_score = Ten(inner, "originalScore");
  if (!tomatoes.score && !tomatoes.original_score) return std::nullopt;
  return tomatoes;
}

// Parses `json` and passes its object to `read` while it is valid.
template <class Read>
absl::StatusOr<LocalMetadata> WithObject(std::string_view json, Read read) {
  // Converting Windows-1252 and UTF-16 to UTF-8 increases the size by half, at most to three times.
  simdjson::dom::parser parser(3 * kMaxMetadataBytes);
  object root;
  const simdjson::padded_string padded(DecodeText(json));
  if (const auto error = parser.parse(padded).get(root); error != simdjson::SUCCESS) {
    return absl::FailedPreconditionError(
        fmt::format("not a JSON object: {}", simdjson::error_message(error)));
  }
  LocalMetadata metadata;
  read(root, &metadata);
  return metadata;
}

void Fill(const std::string& from, std::string* to) {
  if (to->empty()) *to = from;
}
void Fill(bool from, bool* to) { *to = *to || from; }
template <class T>
void Fill(const std::optional<T>& from, std::optional<T>* to) {
  if (!*to) *to = from;
}
template <class T>
void Fill(const std::vector<T>& from, std::vector<T>* to) {
  if (to->empty()) *to = from;
}

}  // namespace

absl::StatusOr<LocalMetadata> ParsePackMetadata(std::string_view json) {
  return WithObject(json, [](const object& root, LocalMetadata* metadata) {
    Item& item = metadata->item;
    item.title = Text(root, "title");
    item.original_title = Text(root, "originalTitle");
    item.year = Whole<int32_t>(root, "year", 1000, 9999);
    item.release_date = Text(root, "releaseDate");
    item.tagline = Text(root, "tagline");
    item.overview = Text(root, "overview", 16 * 1024);
    item.content_rating = Text(root, "contentRating");
    item.official_rating = Text(root, "officialRating");
    item.genres = Texts(root, "genres");
    item.studios = Texts(root, "studios");
    item.imdb_url = WebAddress(root, "imdbUrl");
    item.tmdb_id = Whole<int64_t>(root, "tmdbId", 1, 1e15);
    item.tvdb_id = Whole<int64_t>(root, "tvdbId", 1, 1e15);
    item.rotten_tomatoes = Tomatoes(root);
    item.quality_label = Text(root, "qualityLabel");
    if (const std::string type = Text(root, "type");
        type == "movie" || type == "show" || type == "music" || type == "game") {
      item.type = type;
    }

    item.rating = Ten(root, "rating");
    if (!item.rating && item.rotten_tomatoes) {
      item.rating = item.rotten_tomatoes->original_score;
      if (!item.rating && item.rotten_tomatoes->score) {
        item.rating = *item.rotten_tomatoes->score / 10.0;
      }
    }

    constexpr double kMonthMs = 31.0 * 24 * 3600 * 1000;
    item.runtime_ms = Whole<int64_t>(root, "runtimeMs", 1, kMonthMs);
    if (item.runtime_ms) {
      item.runtime_minutes = static_cast<int32_t>((*item.runtime_ms + 30'000) / 60'000);
    } else {
      item.runtime_minutes = Whole<int32_t>(root, "runtime", 1, 31 * 24 * 60);
      if (item.runtime_minutes) item.runtime_ms = int64_t{*item.runtime_minutes} * 60'000;
    }

    metadata->source_id = Text(root, "sourceId", 128);
    if (metadata->source_id.empty()) {
      if (const auto number = Whole<int64_t>(root, "sourceId", 0, 1e15)) {
        metadata->source_id = fmt::format("{}", *number);
      }
    }
  });
}

absl::StatusOr<LocalMetadata> ParseSidecar(std::string_view json) {
  return WithObject(json, [](const object& root, LocalMetadata* metadata) {
    Item& item = metadata->item;
    item.title = Text(root, "title");
    if (item.title.empty()) item.title = Text(root, "cleanTitle");
    item.year = Whole<int32_t>(root, "year", 1000, 9999);
    item.genres = Texts(root, "genre");
  });
}

void FillAbsent(const Item& from, Item* item) {
  Fill(from.type, &item->type);
  Fill(from.library, &item->library);
  Fill(from.title, &item->title);
  Fill(from.original_title, &item->original_title);
  Fill(from.year, &item->year);
  Fill(from.release_date, &item->release_date);
  Fill(from.tagline, &item->tagline);
  Fill(from.overview, &item->overview);
  Fill(from.rating, &item->rating);
  Fill(from.content_rating, &item->content_rating);
  Fill(from.official_rating, &item->official_rating);
  Fill(from.genres, &item->genres);
  Fill(from.studios, &item->studios);
  Fill(from.imdb_url, &item->imdb_url);
  Fill(from.tmdb_id, &item->tmdb_id);
  Fill(from.tvdb_id, &item->tvdb_id);
  Fill(from.rotten_tomatoes, &item->rotten_tomatoes);
  Fill(from.runtime_minutes, &item->runtime_minutes);
  Fill(from.runtime_ms, &item->runtime_ms);
  Fill(from.added_at_ms, &item->added_at_ms);
  Fill(from.poster_url, &item->poster_url);
  Fill(from.background_url, &item->background_url);
  Fill(from.thumbnail_url, &item->thumbnail_url);
  Fill(from.clear_logo_url, &item->clear_logo_url);
  Fill(from.quality_label, &item->quality_label);
  Fill(from.has_trailer, &item->has_trailer);
  Fill(from.has_theme, &item->has_theme);
}

}  // namespace marquee::playlist
