// Socket addresses of a server and its clients.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "services/gateway/http/connection.h"

namespace marquee::gateway {

// kInvalidArgument: `host` is no address of this machine. Blocks during the name lookup; call it
// before connections are accepted.
absl::StatusOr<asio::ip::tcp::endpoint> ListenEndpoint(const std::string& host, uint16_t port,
                                                       asio::io_context& context);
// "127.0.0.1:4000", "[::1]:4000".
std::string Describe(const asio::ip::tcp::endpoint& endpoint);
// nullopt: the client has already disconnected.
std::optional<Peer> PeerOf(const asio::ip::tcp::socket& socket);

}  // namespace marquee::gateway
