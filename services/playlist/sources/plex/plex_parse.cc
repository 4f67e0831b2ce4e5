#include "services/playlist/sources/plex/plex_parse.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/sources/plex/plex_artwork.h"
#include "services/playlist/sources/plex/plex_item.h"
#include "services/playlist/sources/remote/json.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxSections = 1000;
constexpr ListShape kDirectories = {
    .key = "Directory", .depth = 2, .total_key = {}, .required = "MediaContainer"};

// Calls read(key, value) for the fields of the response's MediaContainer.
absl::Status ReadContainer(
    std::string& body, const std::function<error_code(std::string_view, ondemand::value)>& read) {
  bool found = false;
  MARQUEE_RETURN_IF_ERROR(JsonReader().Parse(body, [&](ondemand::value root) {
    if (const auto error = Require(root, ondemand::json_type::object)) return error;
    return ForEachField(root, [&](std::string_view key, ondemand::value field) {
      if (key != "MediaContainer") return simdjson::SUCCESS;
      found = true;
      return ForEachField(field, read);
    });
  }));
  if (found) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the response is JSON, but not from a Plex server; check the port");
}

ExtraKind KindOfExtra(const std::string& subtype) {
  if (subtype == "trailer") return ExtraKind::kTrailer;
  return subtype == "teaser" ? ExtraKind::kTeaser : ExtraKind::kOther;
}

// Path of the first part that can be streamed.
error_code ParsePartKey(ondemand::value media, std::string* path) {
  return ForEachElement(media, [&](ondemand::value version) {
    return ForEachField(version, [&](std::string_view key, ondemand::value parts) {
      if (key != "Part") return simdjson::SUCCESS;
      return ForEachElement(parts, [&](ondemand::value part) {
        return ForEachField(part, [&](std::string_view name, ondemand::value field) {
          if (name != "key" || !path->empty()) return simdjson::SUCCESS;
          std::string text = TextOf(field, 256);
          if (IsPlexMediaPath(text)) *path = std::move(text);
          return simdjson::SUCCESS;
        });
      });
    });
  });
}

error_code ParsePlayer(ondemand::value value, PlaybackSession* session) {
  std::string title;
  std::string device;
  std::string product;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "state") session->state = TextOf(field, 32);
    if (key == "title") title = TextOf(field, 128);
    if (key == "device") device = TextOf(field, 128);
    if (key == "product") product = TextOf(field, 128);
    return simdjson::SUCCESS;
  });
  for (const std::string& part : {title, device, product}) {
    if (part.empty()) continue;
    session->player += session->player.empty() ? part : ", " + part;
  }
  return error;
}

// Fields of a session other than its title.
error_code ParseSessionField(std::string_view key, ondemand::value field,
                             PlaybackSession* session) {
  if (key == "sessionKey") session->id = TextOf(field, 64);
  if (key == "viewOffset") session->position = absl::Milliseconds(IntegerOf(field).value_or(0));
  if (key == "Player") return ParsePlayer(field, session);
  if (key != "User") return simdjson::SUCCESS;
  return ForEachField(field, [&](std::string_view name, ondemand::value inner) {
    if (name == "title") session->user = TextOf(inner, 128);
    return simdjson::SUCCESS;
  });
}

}  // namespace

absl::StatusOr<ServerInfo> ParsePlexServer(std::string body) {
  ServerInfo info;
  const absl::Status status = ReadContainer(body, [&](std::string_view key, ondemand::value field) {
    if (key == "friendlyName") info.name = TextOf(field, 256);
    if (key == "version") info.version = TextOf(field, 64);
    return simdjson::SUCCESS;
  });
  // The fields after the version may be damaged.
  if (info.version.empty()) {
    MARQUEE_RETURN_IF_ERROR(status);
    return absl::FailedPreconditionError(
        "the response is JSON, but not from a Plex server; check the port");
  }
  return info;
}

absl::StatusOr<std::vector<PlexSection>> ParsePlexSections(const std::string& body,
                                                           DamagedEntries* damaged) {
  std::vector<PlexSection> sections;
  const auto parse = [&](ondemand::value value) {
    PlexSection section;
    // Each of the three fields changes with a different kind of change; together they cover all.
    std::string updated;
    std::string scanned;
    std::string changed;
    const auto number = [](ondemand::value field) {
      return fmt::format("{}", IntegerOf(field).value_or(0));
    };
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "key") section.key = WordOf(field);
      if (key == "title") section.title = TextOf(field, 256);
      if (key == "type") section.type = TextOf(field, 32);
      if (key == "updatedAt") updated = number(field);
      if (key == "scannedAt") scanned = number(field);
      if (key == "contentChangedAt") changed = number(field);
      return simdjson::SUCCESS;
    });
    // Servers without these fields are read completely each time.
    if (!updated.empty() || !changed.empty()) {
      section.stamp = fmt::format("{}/{}/{}", updated, scanned, changed);
    }
    if (error == simdjson::SUCCESS && !section.key.empty() && !section.title.empty() &&
        sections.size() < kMaxSections) {
      sections.push_back(std::move(section));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kDirectories, body, parse, damaged));
  return sections;
}

absl::StatusOr<uint64_t> ParsePlexTotal(const std::string& body) {
  ListSplitter splitter(kPlexListing, [](std::string&) { return absl::OkStatus(); });
  MARQUEE_RETURN_IF_ERROR(splitter.Feed(body));
  MARQUEE_RETURN_IF_ERROR(splitter.Finish());
  return splitter.total().value_or(splitter.entries());
}

absl::StatusOr<std::vector<Extra>> ParsePlexExtras(const std::string& body, std::string_view source,
                                                   DamagedEntries* damaged) {
  std::vector<Extra> extras;
  const auto parse = [&](ondemand::value value) {
    Extra extra;
    std::string path;
    const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key == "title") extra.name = TextOf(field, 256);
      if (key == "subtype") extra.kind = KindOfExtra(TextOf(field, 32));
      return key == "Media" ? ParsePartKey(field, &path) : simdjson::SUCCESS;
    });
    if (!path.empty()) {
      extra.url = MediaUrl(source, path);
      extras.push_back(std::move(extra));
    }
    return error;
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kPlexListing, body, parse, damaged));
  return extras;
}

absl::StatusOr<std::string> ParsePlexTheme(const std::string& body) {
  std::string theme;
  const auto parse = [&](ondemand::value value) {
    return ForEachField(value, [&](std::string_view key, ondemand::value field) {
      if (key != "theme") return simdjson::SUCCESS;
      std::string path = TextOf(field, 256);
      if (IsPlexMediaPath(path)) theme = std::move(path);
      return simdjson::SUCCESS;
    });
  };
  MARQUEE_RETURN_IF_ERROR(ReadListing(kPlexListing, body, parse, nullptr));
  return theme;
}

absl::StatusOr<std::vector<PlaybackSession>> ParsePlexSessions(const std::string& body,
                                                               std::string_view source,
                                                               DamagedEntries* damaged) {
  std::vector<PlaybackSession> sessions;
  JsonReader reader;
  ListSplitter splitter(kPlexListing, [&](std::string& text) {
    PlaybackSession session;
    std::optional<Item> playing;
    MARQUEE_RETURN_IF_ERROR(reader.Parse(text, [&](ondemand::value value) {
      return ForEachField(value, [&](std::string_view key, ondemand::value field) {
        return ParseSessionField(key, field, &session);
      });
    }));
    MARQUEE_RETURN_IF_ERROR(reader.Parse(
        text, [&](ondemand::value value) { return ParsePlexPlaying(value, source, &playing); }));
    if (playing) {
      session.source = source;
      session.item = *std::move(playing);
      sessions.push_back(std::move(session));
    }
    return absl::OkStatus();
  });
  MARQUEE_RETURN_IF_ERROR(splitter.Feed(body));
  MARQUEE_RETURN_IF_ERROR(splitter.Finish());
  if (damaged != nullptr) damaged->Merge(splitter.damaged(), 0);
  return sessions;
}

}  // namespace marquee::playlist
