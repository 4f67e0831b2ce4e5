// Where a connection goes that asks to become a WebSocket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

class UpgradeHandler {
 public:
  virtual ~UpgradeHandler() = default;
  // Whether this path has a WebSocket behind it; otherwise the request is answered as plain HTTP.
  virtual bool Accepts(const Request& request) const = 0;
  // Owns the socket from here on; the connection's place in the server is kept until this
  // returns. The opening handshake has not been answered yet. `early`: what the client sent after
  // its request without waiting for the answer. Runs on the socket's own thread.
  virtual asio::awaitable<void> Serve(asio::ip::tcp::socket socket, RequestPtr request,
                                      std::string early) = 0;
};

// Whether a Sec-WebSocket-Key is 16 bytes in Base64 (RFC 6455 section 4.2.1).
bool IsWebSocketKey(std::string_view key);

}  // namespace marquee::gateway
