// Reads successive requests from the bytes of a connection, with limits on header and body.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/http/request_head.h"

namespace marquee::gateway {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// Used on the thread of its socket. The caller enforces time limits: closing the socket ends a
// read.
class RequestReader {
 public:
  RequestReader(asio::ip::tcp::socket& socket, size_t max_header_bytes, size_t max_body_bytes);

  // No byte of the next request has arrived yet.
  bool empty() const { return buffer_.size() == 0; }
  // Where the first bytes of the next request are to be written, and how many were. The buffer is
  // as small as most requests allow, so that thousands of idle connections need little memory.
  boost::asio::mutable_buffer RoomForFirst();
  void Take(size_t bytes) { buffer_.commit(bytes); }

  // The bytes received but not parsed yet. Valid until bytes are consumed.
  std::string_view held() const;
  // Marks all of them as parsed.
  void Skip() { buffer_.consume(buffer_.size()); }
  // Skips empty lines before a request line (RFC 9112 section 2.2). false: there are more than any
  // client has a reason to send.
  bool SkipEmptyLines();

  // Configures a new parser and feeds it the received bytes. need_more: the header is incomplete;
  // continue with Read. The parser never sees a header that RequestHead rejects.
  boost::system::error_code Begin(RequestParser& parser);
  // Reads until the parser has the header, or with `whole` also the body. Errors: http::error codes
  // for client errors (`fault` may have details), header_limit for a header without end,
  // buffer_overflow for a chunk line that is too long; any other error means that the client
  // disconnected.
  asio::awaitable<boost::system::error_code> Read(RequestParser& parser, bool whole);
  // Why the header is invalid; "" unless Begin or Read failed for that reason.
  const HeadFault& fault() const { return head_.fault(); }

  // For an upgraded connection: the bytes received after the request. Releases the buffer.
  std::string TakeRest();

 private:
  // Rejects chunk extensions that contain control characters or are longer than any client needs.
  // None is used, and two parsers could disagree about where their line ends.
  class ChunkWatch {
   public:
    void operator()(uint64_t size, boost::beast::string_view extensions,
                    boost::system::error_code& ec);

   private:
    size_t bytes_ = 0;
  };

  // Validates the header. need_more as in Feed.
  boost::system::error_code CheckHeader();
  // Feeds the buffered bytes to the parser. need_more: it needs bytes that have not arrived.
  boost::system::error_code Feed(RequestParser& parser, bool whole);

  asio::ip::tcp::socket& socket_;
  const size_t max_header_bytes_;
  const size_t max_body_bytes_;
  boost::beast::flat_buffer buffer_;
  RequestHead head_;
  ChunkWatch chunks_;
  size_t empty_lines_ = 0;  // since the last request
};

}  // namespace marquee::gateway
