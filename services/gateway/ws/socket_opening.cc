#include "services/gateway/ws/socket_opening.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <string_view>

namespace marquee::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\n"
    "Retry-After: 30\r\nCache-Control: no-store\r\nContent-Length: 81\r\nConnection: close\r\n\r\n"
    R"({"error":"Service Unavailable","message":"too many WebSockets from this address"})";

}  // namespace

beast::http::request<beast::http::empty_body> UpgradeRequest(const Request& request) {
  beast::http::request<beast::http::empty_body> opening(
      beast::http::verb::get, beast::string_view(request.target.data(), request.target.size()), 11);
  for (size_t i = 0; i < request.headers.size(); ++i) {
    const std::string_view name = request.headers.name(i);
    const std::string_view value = request.headers.value(i);
    opening.insert(beast::string_view(name.data(), name.size()),
                   beast::string_view(value.data(), value.size()));
  }
  return opening;
}

asio::awaitable<void> RefuseSocket(asio::ip::tcp::socket socket) {
  error_code ignored;
  // It fits what the system takes at once; a client that does not read is not waited for.
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(kTooMany), ignored);
  socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  co_return;
}

}  // namespace marquee::gateway
