// Handler of connections that are upgraded to a WebSocket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/http/connection_table.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

class UpgradeHandler {
 public:
  virtual ~UpgradeHandler() = default;
  // Whether this path is a WebSocket endpoint; otherwise the request is handled as plain HTTP.
  virtual bool Accepts(const Request& request) const = 0;
  // Takes ownership of the socket; the connection counts towards the server's limit until this
  // returns. The opening handshake has not been answered yet. `early`: bytes that the client sent
  // after its request without waiting for the response. `place`: until it is pinned, the server may
  // call its OnEvict function. Runs on the socket's thread.
  virtual asio::awaitable<void> Serve(asio::ip::tcp::socket socket, RequestPtr request,
                                      std::string early,
                                      std::shared_ptr<ConnectionPlace> place) = 0;
};

// Whether a Sec-WebSocket-Key is 16 bytes in Base64 (RFC 6455 section 4.2.1).
bool IsWebSocketKey(std::string_view key);

}  // namespace marquee::gateway
