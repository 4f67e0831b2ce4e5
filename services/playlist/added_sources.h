// Understands the document of sources that people add at run time.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "services/playlist/playlist_config.pb.h"

namespace marquee::playlist {

struct AddedSource {
  std::string name;
  std::string type;  // as entered; perhaps none that there is
  // kInvalidArgument: what of it cannot be used, and what is expected.
  absl::StatusOr<SourceSettings> settings;
};

// The entries of {"sources": [{"name": "Den", "type": "plex", …}]}, whose keys, defaults and bounds
// are those of `sources:` in the configuration file; api_key is another word for token. In their
// order, at most kMaxAddedSources of them; more, and a second one of a name, are refused.
inline constexpr size_t kMaxAddedSources = 64;
std::vector<AddedSource> AddedSourcesOf(const google::protobuf::Struct& body);

}  // namespace marquee::playlist
