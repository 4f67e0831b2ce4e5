// Parses the document of run-time sources.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "services/playlist/playlist_config.pb.h"

namespace marquee::playlist {

struct AddedSource {
  std::string name;
  std::string type;  // as entered; may be an unknown kind
  // kInvalidArgument: which part cannot be used, and what is expected.
  absl::StatusOr<SourceSettings> settings;
};

// Parses {"sources": [{"name": "Den", "type": "plex", …}]}. Keys, defaults and bounds of an entry
// are those of `sources:` in the configuration file; `api_key` is accepted as an alias of `token`.
// Keeps the order. Entries after the first kMaxAddedSources, and entries with a repeated name, are
// rejected.
inline constexpr size_t kMaxAddedSources = 64;
std::vector<AddedSource> AddedSourcesOf(const google::protobuf::Struct& body);

}  // namespace marquee::playlist
