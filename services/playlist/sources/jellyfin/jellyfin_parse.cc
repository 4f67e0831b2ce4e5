#include "services/playlist/sources/jellyfin/jellyfin_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/sources/jellyfin/jellyfin_item.h"
#include "services/playlist/sources/jellyfin/jellyfin_json.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxLibraries = 1000;

absl::Status NotUnderstood(const std::string& body, error_code error) {
  const size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return absl::FailedPreconditionError("the answer is empty");
  if (body[start] == '<') {
    return absl::FailedPreconditionError(
        "the answer is a web page, not JSON; is this the server's own address, and not that of "
        "something in front of it?");
  }
  return absl::FailedPreconditionError(
      fmt::format("the answer cannot be understood ({} bytes of JSON: {})", body.size(),
                  simdjson::error_message(error)));
}

// Opens `body` and hands its root to `read`, which returns an error code. The body lives on, so
// that views into it stay valid while `read` runs.
template <class Read>
absl::Status Parse(std::string& body, Read&& read) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  ondemand::parser parser;
  ondemand::document document;
  error_code error =
      parser.iterate(simdjson::padded_string_view(body.data(), body.size(), body.capacity()))
          .get(document);
  ondemand::value root;
  if (error == simdjson::SUCCESS) error = document.get_value().get(root);
  if (error == simdjson::SUCCESS) error = read(root);
  return error == simdjson::SUCCESS ? absl::OkStatus() : NotUnderstood(body, error);
}

// The outermost value must be what the API says; only inside it are oddities forgiven.
error_code Require(ondemand::value root, ondemand::json_type type) {
  ondemand::json_type actual;
  if (const error_code error = root.type().get(actual); error != simdjson::SUCCESS) return error;
  return actual == type ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

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
  MARQUEE_RETURN_IF_ERROR(Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::object)) return error;
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "ServerName") info.name = TextOf(field, 256);
      if (key == "Version") info.version = TextOf(field, 64);
      if (key == "Id") info.id = TextOf(field, 64);
      return simdjson::SUCCESS;
    });
  }));
  if (info.version.empty()) {
    return absl::FailedPreconditionError(
        "it answers in JSON, but not as a Jellyfin or Emby server; is the port right?");
  }
  return info;
}

absl::StatusOr<std::vector<JellyfinLibrary>> ParseLibraries(std::string body) {
  std::vector<JellyfinLibrary> libraries;
  MARQUEE_RETURN_IF_ERROR(Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::array)) return error;
    return ForEachElement(root, [&](ondemand::value value) {
      JellyfinLibrary library;
      const error_code error = ParseLibrary(value, &library);
      if (!library.name.empty() && !library.id.empty() && libraries.size() < kMaxLibraries) {
        libraries.push_back(std::move(library));
      }
      return error;
    });
  }));
  return libraries;
}

absl::StatusOr<JellyfinPage> ParsePage(std::string body, std::string_view source,
                                       std::string_view library) {
  JellyfinPage page;
  bool has_items = false;
  const auto parse_entry = [&](ondemand::value entry) {
    std::optional<Item> item;
    const error_code error = ParseItem(entry, source, library, &item);
    ++page.listed;
    if (item.has_value()) {
      page.items.push_back(*std::move(item));
    } else {
      ++page.skipped;
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::object)) return error;
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key == "TotalRecordCount") {
        page.total = static_cast<size_t>(std::max<int64_t>(IntegerOf(field).value_or(0), 0));
      }
      if (key != "Items") return simdjson::SUCCESS;
      has_items = Require(field, ondemand::json_type::array) == simdjson::SUCCESS;
      return ForEachElement(field, parse_entry);
    });
  }));
  if (!has_items) {
    return absl::FailedPreconditionError("the answer is JSON, but not a listing (it has no Items)");
  }
  return page;
}

}  // namespace marquee::playlist
