#include "services/playlist/sources/jellyfin/jellyfin_parse.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxLibraries = 1000;
// GET /Library/VirtualFolders returns a bare array.
constexpr ListShape kLibraries = {.key = "Items", .may_be_bare = true};

error_code ParseLibrary(ondemand::value value, JellyfinLibrary* library) {
  return ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "Name") library->name = TextOf(field, 256);
    if (key == "CollectionType") library->kind = TextOf(field, 32);
    if (key == "ItemId") library->id = TextOf(field, 64);
    if (key == "Id" && library->id.empty()) library->id = TextOf(field, 64);  // Emby
    return simdjson::SUCCESS;
  });
}

}  // namespace

absl::StatusOr<JellyfinServerInfo> ParseServerInfo(std::string body) {
  JellyfinServerInfo info;
  const absl::Status status = JsonReader().Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::object)) return error;
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "ServerName") info.name = TextOf(field, 256);
      if (key == "Version") info.version = TextOf(field, 64);
      if (key == "Id") info.id = TextOf(field, 64);
      return simdjson::SUCCESS;
    });
  });
  // The fields after the version may be damaged.
  if (info.version.empty()) {
    MARQUEE_RETURN_IF_ERROR(status);
    return absl::FailedPreconditionError(
        "the response is JSON, but not from a Jellyfin or Emby server; check the port");
  }
  return info;
}

absl::StatusOr<std::vector<JellyfinLibrary>> ParseLibraries(const std::string& body,
                                                            DamagedEntries* damaged) {
  std::vector<JellyfinLibrary> libraries;
  const auto parse = [&](ondemand::value value) {
    JellyfinLibrary library;
    const error_code error = ParseLibrary(value, &library);
    if (error == simdjson::SUCCESS && !library.name.empty() && !library.id.empty() &&
        libraries.size() < kMaxLibraries) {
      libraries.push_back(std::move(library));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kLibraries, body, parse, damaged));
  return libraries;
}

absl::StatusOr<JellyfinCounts> ParseCounts(std::string body) {
  JellyfinCounts counts{.movies = -1, .series = -1};
  MARQUEE_RETURN_IF_ERROR(JsonReader().Parse(body, [&](ondemand::value root) {
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "MovieCount") counts.movies = IntegerOf(field).value_or(-1);
      if (key == "SeriesCount") counts.series = IntegerOf(field).value_or(-1);
      return simdjson::SUCCESS;
    });
  }));
  if (counts.movies < 0 || counts.series < 0) {
    return absl::FailedPreconditionError("the response contains no counts");
  }
  return counts;
}

absl::StatusOr<uint64_t> ParseTotal(const std::string& body) {
  ListSplitter splitter(kJellyfinListing, [](std::string&) { return absl::OkStatus(); });
  MARQUEE_RETURN_IF_ERROR(splitter.Feed(body));
  MARQUEE_RETURN_IF_ERROR(splitter.Finish());
  return splitter.total().value_or(splitter.entries());
}

absl::StatusOr<std::vector<JellyfinNamedId>> ParseNamedIds(const std::string& body,
                                                           DamagedEntries* damaged) {
  std::vector<JellyfinNamedId> entries;
  const auto parse = [&](ondemand::value value) {
    JellyfinNamedId entry;
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "Id") entry.id = WordOf(field);
      if (key == "Name") entry.name = TextOf(field, 256);
      return simdjson::SUCCESS;
    });
    if (error == simdjson::SUCCESS && !entry.id.empty()) entries.push_back(std::move(entry));
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kJellyfinListing, body, parse, damaged));
  return entries;
}

}  // namespace marquee::playlist
