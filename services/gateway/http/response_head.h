// Renders the header of a response.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

enum class Framing {
  kLength,    // Content-Length
  kChunked,   // Transfer-Encoding: chunked
  kUntilEnd,  // the body ends with the connection (HTTP/1.0 and unknown length)
  kNone,      // 204 and 304: no body and no length
};

Framing FramingOf(const Response& response, bool http_1_0);

// Status line, Date, the response's own fields, framing, Connection and the empty line.
std::string RenderHead(const Response& response, Framing framing, bool keep_alive, absl::Time now);

}  // namespace marquee::gateway
