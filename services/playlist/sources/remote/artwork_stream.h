// The bytes of a picture, trailer or theme out of an HTTP server into a sink.
#pragma once

#include <absl/status/status.h>

#include <cstdint>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// `http`: the request for it, credentials and host rule included; the rest is set here. Contract of
// ArtworkOrigin::Open. The validator is the server's strong ETag, else made from Last-Modified.
// Nothing but pictures comes out for kImage, told by what the server states and by the first bytes;
// for kMedia nothing but video and sound.
absl::Status StreamArtwork(httpc::HttpClient& client, httpc::HttpRequest http,
                           const ArtworkRequest& request, uint64_t max_image_bytes,
                           const base::CallContext& context, const base::Clock& clock,
                           ArtworkSink& sink);

}  // namespace marquee::playlist
