// Converts the upstream settings to options of the HTTP client.
#pragma once

#include "libs/httpc/outgoing_http.h"
#include "services/playlist/playlist_config.pb.h"

namespace marquee::playlist {

httpc::OutgoingHttp::Options HttpOptions(const UpstreamSettings& settings);

}  // namespace marquee::playlist
