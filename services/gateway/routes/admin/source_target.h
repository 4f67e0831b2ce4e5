// Parses the media server in a request of Posterrama 2.9.4's pages:
//   plex       {hostname, port, token}
//   jellyfin   {hostname, port, apiKey, insecureHttps?}
//   romm       {url, username, password, insecureHttps?}
//   tmdb       {apiKey}
// A hostname may include a scheme and port; without a scheme it is https for ports 443 and 8920.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// A SourceTarget of marquee.playlist.v1 as JSON. Omitted fields, including the key "stored_key",
// are taken from the first source of that type in `configured`; the playlist service ensures that
// its secret is sent only to its configured address. kInvalidArgument: the port is invalid, or a
// field is omitted and no source is configured.
absl::StatusOr<boost::json::object> SourceTargetOf(const boost::json::object& body,
                                                   const std::string& type,
                                                   const std::vector<SourceInfo>& configured);

}  // namespace marquee::gateway
