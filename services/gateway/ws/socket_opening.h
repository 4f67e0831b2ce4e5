// What precedes a WebSocket: the upgrade request as Beast reads it, or the response that refuses
// it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// The request, converted back to Beast's type.
boost::beast::http::request<boost::beast::http::empty_body> UpgradeRequest(const Request& request);

// Answers 503 because the address has too many WebSockets, and ends the sending side.
boost::asio::awaitable<void> RefuseSocket(boost::asio::ip::tcp::socket socket);

}  // namespace marquee::gateway
