#include "services/playlist/sources_config/added_sources.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <set>
#include <utility>

#include "libs/base/status.h"
#include "libs/config/loader.h"

namespace marquee::playlist {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string TextOf(const Struct& entry, const std::string& key) {
  const auto found = entry.fields().find(key);
  return found == entry.fields().end() ? "" : found->second.string_value();
}

absl::StatusOr<SourceSettings> SettingsOf(Struct entry) {
  auto& fields = *entry.mutable_fields();
  if (const auto key = fields.find("api_key"); key != fields.end()) {
    if (TextOf(entry, "token").empty()) fields["token"] = key->second;
    fields.erase("api_key");
  }
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(entry, &json).ok()) {
    return absl::InvalidArgumentError("expected {\"sources\": [...]}");
  }
  SourceSettings settings;
  MARQUEE_RETURN_IF_ERROR(config::LoadEntered(json, settings));
  return settings;
}

}  // namespace

std::vector<AddedSource> AddedSourcesOf(const Struct& body) {
  std::vector<AddedSource> added;
  const auto list = body.fields().find("sources");
  if (list == body.fields().end()) return added;
  std::set<std::string> names;
  for (const Value& value : list->second.list_value().values()) {
    const Struct& entry = value.struct_value();
    const std::string name = TextOf(entry, "name");
    absl::StatusOr<SourceSettings> settings =
        absl::InvalidArgumentError("another run-time source has this name; rename one of them");
    const bool too_many = added.size() == kMaxAddedSources;
    if (too_many) {
      settings = absl::InvalidArgumentError(
          fmt::format("more than {} run-time sources; remove some", kMaxAddedSources));
    } else if (names.insert(name).second) {
      settings = SettingsOf(entry);
    }
    added.push_back({name, TextOf(entry, "type"), std::move(settings)});
    if (too_many) break;
  }
  return added;
}

}  // namespace marquee::playlist
