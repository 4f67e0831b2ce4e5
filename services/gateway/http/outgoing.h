// An answer on its way out of a connection.
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
  bool keep = false;       // the connection, afterwards
  bool with_body = false;  // not for HEAD, nor for what has none
  std::string head;
  size_t length = 0;  // of the body, where it is in memory
  size_t sent = 0;    // of head and body

  bool streams() const { return with_body && response.stream != nullptr; }
  // Head and body, as far as they are in memory, without what was sent. Valid while this stays
  // where it is.
  Buffers left() const;
};

// `keep_alive`: as both sides want it.
Outgoing Prepare(Response response, bool head_only, bool http_1_0, bool keep_alive, absl::Time now);

}  // namespace marquee::gateway
