// Responses from the edge tier for rendered bodies.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/respcache/rendered_cache.h"

namespace marquee::gateway {

// 200 with type, ETag, coding, X-Cache and Cache-Status.
Response RenderedAnswer(std::string_view content_type, const RenderedCache::Answer& answer);

}  // namespace marquee::gateway
