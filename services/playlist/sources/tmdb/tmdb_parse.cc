#include "services/playlist/sources/tmdb/tmdb_parse.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/quality.h"
#include "services/playlist/sources/tmdb/tmdb_artwork.h"

namespace marquee::playlist {
namespace {

// Fields of an entry that do not correspond to a single field of the item.
struct Entry {
  int64_t id = 0;
  std::string title;
  std::string original_title;
  std::string date;
  std::string poster;
  std::string backdrop;
};

// The file name changes with the image, so it is its own validator. Mirrors send it without a
// slash, with two, or as an absolute URL with any size.
std::string ImageUrlOf(std::string_view source, std::string_view size, std::string_view file) {
  const size_t image = file.find("/t/p/");
  if (image != std::string_view::npos || file.starts_with("//")) {
    file = file.substr(0, file.find('?'));
    file.remove_prefix(file.rfind('/') + 1);
  }
  if (file.starts_with('/')) file.remove_prefix(1);
  const std::string path = fmt::format("/t/p/{}/{}", size, file);
  if (file.empty() || !IsTmdbImagePath(path)) return {};
  return ImageUrl(source, path, file);
}

constexpr size_t kMaxProviders = 12;

error_code ParseProviders(ondemand::value list, std::string_view source, std::string_view type,
                          std::vector<StreamingProvider>* providers) {
  return ForEachElement(list, [&](ondemand::value entry) {
    StreamingProvider provider{.name = {}, .type = std::string(type), .logo_url = {}};
    const error_code error = ForEachField(entry, [&](std::string_view key, ondemand::value field) {
      if (key == "provider_name") provider.name = TextOf(field, 128);
      if (key == "logo_path") provider.logo_url = ImageUrlOf(source, "w92", TextOf(field, 128));
      return simdjson::SUCCESS;
    });
    if (!provider.name.empty()) providers->push_back(std::move(provider));
    return error;
  });
}

// The kinds of offers, best first, with their names in the API.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWays = {
    {{"flatrate", "subscription"}, {"rent", "rent"}, {"buy", "buy"}}};

error_code ParseRegion(ondemand::value value, std::string_view source, Streaming* streaming) {
  std::array<std::vector<StreamingProvider>, kWays.size()> by_way;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "link") streaming->link = TextOf(field, 512);
    for (size_t i = 0; i < kWays.size(); ++i) {
      if (key == kWays[i].first) return ParseProviders(field, source, kWays[i].second, &by_way[i]);
    }
    return simdjson::SUCCESS;
  });
  for (auto& providers : by_way) {
    for (StreamingProvider& provider : providers) {
      if (streaming->providers.size() < kMaxProviders) {
        streaming->providers.push_back(std::move(provider));
      }
    }
  }
  if (!streaming->link.starts_with("https://")) streaming->link.clear();
  return error;
}

error_code ParseField(std::string_view key, ondemand::value field, const TmdbGenres& genres,
                      Entry* entry, Item* item) {
  if (key == "id") {
    entry->id = IntegerOf(field).value_or(0);
  } else if (key == "title" || key == "name") {
    entry->title = TextOf(field);
  } else if (key == "original_title" || key == "original_name") {
    entry->original_title = TextOf(field);
  } else if (key == "release_date" || key == "first_air_date") {
    entry->date = TextOf(field, 32);
  } else if (key == "poster_path") {
    entry->poster = TextOf(field, 512);
  } else if (key == "backdrop_path") {
    entry->backdrop = TextOf(field, 512);
  } else if (key == "overview") {
    item->overview = TextOf(field, 4096);
  } else if (key == "vote_average") {
    const auto rating = NumberOf(field);
    if (rating && *rating > 0 && *rating <= 10) item->rating = rating;
  } else if (key == "genre_ids") {
    return ForEachElement(field, [&](ondemand::value id) {
      const auto genre = genres.find(IntegerOf(id).value_or(0));
      if (genre != genres.end()) item->genres.push_back(genre->second);
      return simdjson::SUCCESS;
    });
  }
  return simdjson::SUCCESS;
}

}  // namespace

absl::StatusOr<TmdbGenres> ParseTmdbGenres(const std::string& body) {
  constexpr ListShape kGenres = {.key = "genres"};
  TmdbGenres genres;
  const auto parse = [&](ondemand::value genre) {
    int64_t id = 0;
    std::string name;
    const error_code error = ForEachField(genre, [&](std::string_view key, ondemand::value field) {
      if (key == "id") id = IntegerOf(field).value_or(0);
      if (key == "name") name = TextOf(field, 128);
      return simdjson::SUCCESS;
    });
    if (error == simdjson::SUCCESS && !name.empty()) genres.emplace(id, std::move(name));
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kGenres, body, parse, nullptr));
  return genres;
}

error_code ParseTmdbEntry(ondemand::value value, std::string_view source, std::string_view kind,
                          const TmdbGenres& genres, std::optional<Item>* item) {
  Entry entry;
  Item parsed;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    return ParseField(key, field, genres, &entry, &parsed);
  });
  if (error != simdjson::SUCCESS) return error;
  parsed.poster_url = ImageUrlOf(source, "w500", entry.poster);
  if (entry.id <= 0 || entry.title.empty() || parsed.poster_url.empty()) return simdjson::SUCCESS;
  parsed.thumbnail_url = parsed.poster_url;
  parsed.background_url = ImageUrlOf(source, "original", entry.backdrop);
  parsed.key = parsed.id = fmt::format("tmdb-{}-{}", kind == "movie" ? "movie" : "tv", entry.id);
  parsed.source = "tmdb";
  parsed.server_name = source;
  parsed.type = kind;
  parsed.title = entry.title;
  if (entry.original_title != entry.title) parsed.original_title = entry.original_title;
  parsed.tmdb_id = entry.id;
  parsed.has_trailer = true;
  if (entry.date.size() == 10) {
    int64_t year = 0;
    std::from_chars(entry.date.data(), entry.date.data() + 4, year);
    parsed.year = PlausibleYear(year);
    parsed.release_date = entry.date;
  }
  *item = std::move(parsed);
  return simdjson::SUCCESS;
}

absl::StatusOr<std::optional<Streaming>> ParseTmdbProviders(std::string body,
                                                            std::string_view source,
                                                            std::string_view region) {
  Streaming streaming{.region = std::string(region), .providers = {}, .link = {}};
  MARQUEE_RETURN_IF_ERROR(JsonReader().Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::object)) return error;
    return ForEachField(root, [&](std::string_view key, ondemand::value regions) {
      if (key != "results") return simdjson::SUCCESS;
      return ForEachField(regions, [&](std::string_view name, ondemand::value value) {
        return name == region ? ParseRegion(value, source, &streaming) : simdjson::SUCCESS;
      });
    });
  }));
  if (streaming.providers.empty()) return std::nullopt;
  return streaming;
}

absl::StatusOr<std::vector<Extra>> ParseTmdbVideos(const std::string& body) {
  std::vector<Extra> extras;
  JsonReader reader;
  ListSplitter splitter(kTmdbListing, [&](std::string& text) {
    Extra extra;
    std::string type;
    MARQUEE_RETURN_IF_ERROR(reader.Parse(text, [&](ondemand::value value) {
      return ForEachField(value, [&](std::string_view key, ondemand::value field) {
        if (key == "key") extra.site_key = TextOf(field, 64);
        if (key == "name") extra.name = TextOf(field, 256);
        if (key == "site") extra.site = TextOf(field, 32);
        if (key == "type") type = TextOf(field, 32);
        if (key == "official") extra.official = IsTrue(field);
        return simdjson::SUCCESS;
      });
    }));
    if (extra.site != "YouTube" || extra.site_key.empty()) return absl::OkStatus();
    extra.kind = type == "Trailer"  ? ExtraKind::kTrailer
                 : type == "Teaser" ? ExtraKind::kTeaser
                                    : ExtraKind::kOther;
    extra.url = "https://www.youtube.com/watch?v=" + PercentEncode(extra.site_key);
    extras.push_back(std::move(extra));
    return absl::OkStatus();
  });
  MARQUEE_RETURN_IF_ERROR(splitter.Feed(body));
  MARQUEE_RETURN_IF_ERROR(splitter.Finish());
  SortExtras(&extras);
  return extras;
}

}  // namespace marquee::playlist
