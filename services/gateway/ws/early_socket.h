// A TCP socket of which some bytes were already read: the HTTP server received them from a client
// that sent its first frame without waiting for the handshake.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <cstddef>
#include <string>
#include <utility>

namespace marquee::gateway {

// Used like the socket, on its thread.
class EarlySocket : public boost::asio::ip::tcp::socket {
 public:
  EarlySocket(boost::asio::ip::tcp::socket socket, std::string early)
      : boost::asio::ip::tcp::socket(std::move(socket)), early_(std::move(early)) {}

  template <class MutableBuffers, class Handler>
  auto async_read_some(const MutableBuffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto&& then, const MutableBuffers& into) {
          if (early_.empty()) {
            tcp_socket::async_read_some(into, std::forward<decltype(then)>(then));
            return;
          }
          const std::size_t copied =
              boost::asio::buffer_copy(into, boost::asio::buffer(std::as_const(early_)));
          early_.erase(0, copied);
          if (early_.empty()) early_.shrink_to_fit();
          boost::asio::post(get_executor(),
                            boost::beast::bind_front_handler(std::forward<decltype(then)>(then),
                                                             boost::system::error_code(), copied));
        },
        handler, buffers);
  }

 private:
  using tcp_socket = boost::asio::ip::tcp::socket;

  std::string early_;
};

// Customisation point of Beast for the end of a WebSocket: shuts down sending and leaves the socket
// open, so that its owner can read what is still arriving. Beast's own version for TCP sockets
// reads at most 2 KiB and then closes. A close with unread input sends a reset, which destroys the
// close frame before the peer reads it.
inline void teardown(boost::beast::role_type /*role*/, EarlySocket& socket,
                     boost::system::error_code& ec) {
  socket.shutdown(boost::asio::socket_base::shutdown_send, ec);
}
template <class Handler>
void async_teardown(boost::beast::role_type role, EarlySocket& socket, Handler&& handler) {
  boost::system::error_code ec;
  teardown(role, socket, ec);
  boost::asio::post(socket.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler), ec));
}

}  // namespace marquee::gateway
