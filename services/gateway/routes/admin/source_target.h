// Which server a page of the reference means:
//   plex       {hostname, port, token}
//   jellyfin   {hostname, port, apiKey, insecureHttps?}
//   romm       {url, username, password, insecureHttps?}
//   tmdb       {apiKey}
// A hostname may bring its scheme and its port; without a scheme it is https at 443 and 8920.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// A SourceTarget of marquee.playlist.v1 as JSON. What the body leaves out, "stored_key" for a key
// among it, is left to the first of `configured` of that type; its secret goes to no other address,
// which the playlist service sees to. kInvalidArgument: no port, or something is left out and
// nothing is configured.
absl::StatusOr<boost::json::object> SourceTargetOf(const boost::json::object& body,
                                                   const std::string& type,
                                                   const std::vector<SourceInfo>& configured);

}  // namespace marquee::gateway
