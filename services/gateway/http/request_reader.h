// Bytes of a connection into requests, one after the other, bounded in header and body.
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
  // Passes over empty lines before a request line (RFC 9112 section 2.2). false: there are more
  // than a client has a reason for.
  bool SkipEmptyLines();

  // Sets the limits of a new parser and gives it what has come. need_more: not the whole header
  // yet; go on with Read. The parser sees no byte of a header that RequestHead does not pass.
  boost::system::error_code Begin(RequestParser& parser);
  // Reads until the parser has the header, or with `whole` the body too. Errors: of http::error
  // what the client did wrong (`fault` may say more), header_limit for a header without end,
  // buffer_overflow for such a line of a chunked body; else the client has gone.
  asio::awaitable<boost::system::error_code> Read(RequestParser& parser, bool whole);
  // What is wrong with the header; "" unless Begin or Read failed because of it.
  const HeadFault& fault() const { return head_.fault(); }

  // Of a connection that is upgraded: what came after the request. Gives the memory back.
  std::string TakeRest();

 private:
  // Refuses chunk extensions with control characters, and more of them than anyone has a use for:
  // we use none, and where their line ends is what two programs could disagree about.
  class ChunkWatch {
   public:
    void operator()(uint64_t size, boost::beast::string_view extensions,
                    boost::system::error_code& ec);

   private:
    size_t bytes_ = 0;
  };

  // Has the header checked. need_more as with Feed.
  boost::system::error_code CheckHeader();
  // Has the parser take what lies in the buffer. need_more: it wants bytes that are not there yet.
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
