// Where a connection goes that asks to become a WebSocket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

class UpgradeHandler {
 public:
  virtual ~UpgradeHandler() = default;
  // Whether this path has a WebSocket behind it; otherwise the request is answered as plain HTTP.
  virtual bool Accepts(const Request& request) const = 0;
  // Owns the socket from here on; the connection's place in the server is kept until this
  // returns. The opening handshake has not been answered yet. Runs on the socket's own thread.
  virtual asio::awaitable<void> Serve(asio::ip::tcp::socket socket, RequestPtr request) = 0;
};

}  // namespace marquee::gateway
