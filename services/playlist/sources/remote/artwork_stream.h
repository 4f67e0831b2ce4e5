// The bytes of a picture, trailer or theme out of an HTTP server into a sink.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// Whether a path with its query, below the server's base path, is one of artwork.
using AllowedPath = bool (*)(std::string_view path);

// `rule`, for paths of artwork alone: a redirect to another path of the same server, such as one of
// its API, is refused like one to another server.
httpc::HostRule OnlyPaths(httpc::HostRule rule, std::string base_path, AllowedPath allowed);

// `http`: the request for it, credentials and host rule included; the rest is set here. Contract of
// ArtworkOrigin::Open. The validator is the server's strong ETag, else made from Last-Modified.
// Nothing but pictures comes out for kImage, told by the first bytes: what the server states counts
// only where they do not say. For kMedia nothing but video and sound, by what it states. A body
// that is compressed although that was not asked for is decoded.
absl::Status StreamArtwork(httpc::HttpClient& client, httpc::HttpRequest http,
                           const ArtworkRequest& request, uint64_t max_image_bytes,
                           const base::CallContext& context, const base::Clock& clock,
                           ArtworkSink& sink);

}  // namespace marquee::playlist
