// A response while a connection sends it.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <cstddef>
#include <string>

#include "services/gateway/http/message.h"
#include "services/gateway/http/response_head.h"

namespace marquee::gateway {

struct Outgoing {
  using Buffers = boost::beast::buffers_suffix<std::array<boost::asio::const_buffer, 2>>;

  Response response;
  Framing framing = Framing::kNone;
  bool keep = false;       // keep the connection open afterwards
  bool with_body = false;  // false for HEAD and for statuses without a body
  std::string head;
  size_t length = 0;  // of the body, if it is in memory
  size_t sent = 0;    // bytes of head and body

  bool streams() const { return with_body && response.stream != nullptr; }
  // The unsent part of head and body, as far as they are in memory. Valid while this object is not
  // moved.
  Buffers left() const;
};

// `keep_alive`: whether both sides want a persistent connection.
Outgoing Prepare(Response response, bool head_only, bool http_1_0, bool keep_alive, absl::Time now);

}  // namespace marquee::gateway
