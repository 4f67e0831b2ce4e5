// Streams an image, trailer or theme from an HTTP server to a sink.
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

// Whether a path with its query, relative to the server's base path, is an artwork path.
using AllowedPath = bool (*)(std::string_view path);

// Restricts `rule` to artwork paths: a redirect to another path of the same server, such as its
// API, is rejected like one to another server.
httpc::HostRule OnlyPaths(httpc::HostRule rule, std::string base_path, AllowedPath allowed);

// `http`: the request, including credentials and host rule; the other fields are set here. Same
// contract as ArtworkOrigin::Open. The validator is the server's strong ETag, otherwise made from
// Last-Modified. For kImage only images are passed on, detected from the first bytes; the stated
// type is used only if detection fails. For kMedia only video and audio, by the stated type.
// Unrequested content encodings are decoded.
absl::Status StreamArtwork(httpc::HttpClient& client, httpc::HttpRequest http,
                           const ArtworkRequest& request, uint64_t max_image_bytes,
                           const base::CallContext& context, const base::Clock& clock,
                           ArtworkSink& sink);

}  // namespace marquee::playlist
