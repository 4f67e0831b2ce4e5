#include "services/playlist/sources/romm/romm_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/quality.h"
#include "services/playlist/sources/remote/path_parts.h"
#include "services/playlist/sources/romm/romm_artwork.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxPlatforms = 1000;
// Base of the relative cover paths of older servers.
constexpr std::string_view kResources = "/assets/romm/resources/";

// Fields of an entry that do not correspond to a single field of the item.
struct Entry {
  int64_t id = 0;
  std::string name;
  std::string file_name;
  std::string updated;
  std::string large_cover;
  std::string small_cover;
  std::string foreign_cover;
};

// Converts `/assets/…/cover/big.png?ts=2024-…`, or a path relative to the resources, to a path that
// may be requested.
std::string CoverPath(std::string_view text) {
  if (text.starts_with("//assets/") || text.starts_with("//api/")) {
    text.remove_prefix(1);
  } else if (text.starts_with("//") || text.find("://") != std::string_view::npos) {
    // An absolute URL, with any name and base path of the server.
    const size_t assets = text.find("/assets/");
    const size_t raw = text.find("/api/raw/assets/");
    if (assets == std::string_view::npos) return {};
    text.remove_prefix(std::min(assets, raw));
  }
  const std::string_view path = NextPart(text, '?');
  if (path.empty()) return {};
  std::string whole =
      path.starts_with('/') ? std::string(path) : fmt::format("{}{}", kResources, path);
  return IsRommImagePath(whole) ? whole : std::string();
}

error_code ParseMetadatum(ondemand::value value, Item* item) {
  error_code inner = simdjson::SUCCESS;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "first_release_date") {
      // Seconds according to the documentation, milliseconds from newer servers.
      int64_t stamp = IntegerOf(field).value_or(0);
      if (stamp > 100'000'000'000) stamp /= 1000;
      if (stamp != 0) {
        const absl::CivilDay day =
            absl::ToCivilDay(absl::FromUnixSeconds(stamp), absl::UTCTimeZone());
        item->year = PlausibleYear(day.year());
        if (item->year) {
          item->release_date = fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
        }
      }
    } else if (key == "average_rating") {
      const auto rating = NumberOf(field);
      if (rating && *rating > 0 && *rating <= 100) item->rating = *rating / 10;
    } else if (key == "genres") {
      item->genres = TextsOf(field, {}, &inner);
    } else if (key == "companies") {
      item->studios = TextsOf(field, {}, &inner);
    } else if (key == "age_ratings") {
      const auto ratings = TextsOf(field, {}, &inner);
      if (!ratings.empty()) item->content_rating = ratings.front();
    }
    return inner;
  });
  return error;
}

error_code ParseField(std::string_view key, ondemand::value field, Entry* entry, RommEntry* parsed,
                      Item* item) {
  if (key == "id") {
    entry->id = IntegerOf(field).value_or(0);
  } else if (key == "name") {
    entry->name = TextOf(field);
  } else if (key == "fs_name_no_ext") {
    entry->file_name = TextOf(field);
  } else if (key == "summary") {
    item->overview = TextOf(field, 4096);
  } else if (key == "updated_at") {
    entry->updated = TextOf(field, 64);
  } else if (key == "created_at") {
    absl::Time time;
    if (absl::ParseTime(absl::RFC3339_full, TextOf(field, 64), &time, nullptr)) {
      item->added_at_ms = absl::ToUnixMillis(time);
    }
  } else if (key == "path_cover_large" || key == "path_cover_l") {
    entry->large_cover = CoverPath(TextOf(field, 512));
  } else if (key == "path_cover_small" || key == "path_cover_s") {
    entry->small_cover = CoverPath(TextOf(field, 512));
  } else if (key == "url_cover") {
    entry->foreign_cover = TextOf(field, 512);
  } else if (key == "is_identified") {
    parsed->identified = IsTrue(field);
  } else if (key == "is_unidentified") {
    parsed->identified = !IsTrue(field);
  } else if (key == "is_favorite" || key == "favourite") {
    parsed->favourite = IsTrue(field);
  } else if (key == "playable" || key == "is_playable") {
    parsed->playable = IsTrue(field);
  } else if (key == "metadatum") {
    return ParseMetadatum(field, item);
  }
  return simdjson::SUCCESS;
}

}  // namespace

absl::StatusOr<RommToken> ParseRommToken(std::string body) {
  RommToken token;
  MARQUEE_RETURN_IF_ERROR(JsonReader().Parse(body, [&](ondemand::value root) {
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "access_token") token.access = TextOf(field, 4096);
      if (key == "refresh_token") token.refresh = TextOf(field, 4096);
      if (key == "expires" || key == "expires_in") {
        const int64_t seconds = IntegerOf(field).value_or(0);
        if (seconds > 0) token.lasts = absl::Seconds(std::min<int64_t>(seconds, 86400));
      }
      return simdjson::SUCCESS;
    });
  }));
  if (token.access.empty()) {
    return absl::FailedPreconditionError(
        "the response is JSON, but not from a RomM server; check the address");
  }
  return token;
}

absl::StatusOr<std::vector<RommPlatform>> ParseRommPlatforms(const std::string& body,
                                                             DamagedEntries* damaged) {
  std::vector<RommPlatform> platforms;
  const auto parse = [&](ondemand::value value) {
    RommPlatform platform;
    std::string plain_name;
    std::string updated;
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "id") platform.id = IntegerOf(field).value_or(0);
      if (key == "slug") platform.slug = TextOf(field, 128);
      if (key == "name") plain_name = TextOf(field, 256);
      if (key == "display_name") platform.name = TextOf(field, 256);
      if (key == "rom_count") platform.roms = IntegerOf(field).value_or(0);
      if (key == "updated_at") updated = TextOf(field, 64);
      return simdjson::SUCCESS;
    });
    if (platform.name.empty()) platform.name = plain_name.empty() ? platform.slug : plain_name;
    if (!updated.empty()) platform.stamp = fmt::format("{}/{}", updated, platform.roms);
    if (error == simdjson::SUCCESS && platform.id > 0 && !platform.slug.empty() &&
        platforms.size() < kMaxPlatforms) {
      platforms.push_back(std::move(platform));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kRommListing, body, parse, damaged));
  return platforms;
}

std::string ParseRommVersion(std::string body) {
  std::string version;
  const absl::Status status = JsonReader().Parse(body, [&](ondemand::value root) {
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "VERSION") version = TextOf(field, 64);
      if (key != "SYSTEM") return simdjson::SUCCESS;
      return ForEachField(field, [&](std::string_view name, ondemand::value inner) {
        if (name == "VERSION") version = TextOf(inner, 64);
        return simdjson::SUCCESS;
      });
    });
  });
  return status.ok() ? version : std::string();
}

error_code ParseRommEntry(ondemand::value value, std::string_view source, std::string_view platform,
                          RommEntry* parsed) {
  Entry entry;
  Item item;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    return ParseField(key, field, &entry, parsed, &item);
  });
  if (error != simdjson::SUCCESS) return error;
  const std::string& own = entry.large_cover.empty() ? entry.small_cover : entry.large_cover;
  if (!own.empty()) {
    item.poster_url = ImageUrl(source, own, entry.updated);
  } else if (entry.foreign_cover.starts_with("https://") ||
             entry.foreign_cover.starts_with("http://")) {
    item.poster_url = CoverUrl(entry.foreign_cover, {});
  } else if (entry.foreign_cover.starts_with("//")) {  // the form of IGDB URLs
    item.poster_url = CoverUrl("https:" + entry.foreign_cover, {});
  }
  item.title = entry.name.empty() ? entry.file_name : entry.name;
  if (entry.id <= 0 || item.title.empty() || item.poster_url.empty()) return simdjson::SUCCESS;
  item.thumbnail_url = item.poster_url;
  item.key = item.id = fmt::format("romm_{}_{}", source, entry.id);
  item.source = "romm";
  item.server_name = source;
  item.type = "game";
  item.library = platform;
  item.platform = platform;
  parsed->item = std::move(item);
  return simdjson::SUCCESS;
}

}  // namespace marquee::playlist
