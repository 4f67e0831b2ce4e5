// Bytes of a connection into requests, one after the other, bounded in header and body.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// On the thread of its socket. Time is the caller's to keep: closing the socket ends a read.
class RequestReader {
 public:
  RequestReader(asio::ip::tcp::socket& socket, size_t max_header_bytes, size_t max_body_bytes);

  // Nothing of the next request has come yet.
  bool empty() const { return buffer_.size() == 0; }
  // Where its first bytes may go, and how many came there. As little as most requests need, so that
  // thousands of connections may sit idle.
  boost::asio::mutable_buffer RoomForFirst();
  void Take(size_t bytes) { buffer_.commit(bytes); }

  // What has come and was not read yet. Valid until bytes are taken.
  std::string_view held() const;
  // Of that, everything is read.
  void Skip() { buffer_.consume(buffer_.size()); }

  // Sets the limits of a new parser and gives it what has come. need_more: not the whole header
  // yet; go on with Read.
  boost::system::error_code Begin(RequestParser& parser);
  // Reads until the parser has the header, or with `whole` the body too. Errors: of http::error
  // what the client did wrong, buffer_overflow for a header without end; else it has gone.
  asio::awaitable<boost::system::error_code> Read(RequestParser& parser, bool whole);

  // Gives the memory back, for a connection that is upgraded.
  void Release();

 private:
  // Has the parser take what lies in the buffer. need_more: it wants bytes that are not there yet.
  boost::system::error_code Feed(RequestParser& parser, bool whole);

  asio::ip::tcp::socket& socket_;
  const size_t max_header_bytes_;
  const size_t max_body_bytes_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace marquee::gateway
