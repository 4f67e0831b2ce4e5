#include "services/gateway/http/request_reader.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>

namespace marquee::gateway {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr size_t kFirstBytes = 1024;  // most requests are smaller
constexpr size_t kReadBytes = 16UL * 1024;
constexpr size_t kBodyBytes = 64UL * 1024;  // of a body, read through the buffer at once

}  // namespace

RequestReader::RequestReader(asio::ip::tcp::socket& socket, size_t max_header_bytes,
                             size_t max_body_bytes)
    : socket_(socket),
      max_header_bytes_(max_header_bytes),
      max_body_bytes_(max_body_bytes),
      buffer_(max_header_bytes + kBodyBytes) {}

asio::mutable_buffer RequestReader::RoomForFirst() {
  buffer_.shrink_to_fit();
  return buffer_.prepare(kFirstBytes);
}

std::string_view RequestReader::held() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

error_code RequestReader::Begin(RequestParser& parser) {
  parser.header_limit(static_cast<std::uint32_t>(max_header_bytes_));
  parser.body_limit(max_body_bytes_);
  return Feed(parser, /*whole=*/false);
}

error_code RequestReader::Feed(RequestParser& parser, bool whole) {
  parser.eager(whole);
  while (whole ? !parser.is_done() : !parser.is_header_done()) {
    if (buffer_.size() == 0) return http::error::need_more;
    error_code ec;
    buffer_.consume(parser.put(buffer_.data(), ec));
    if (ec) return ec;
  }
  return {};
}

asio::awaitable<error_code> RequestReader::Read(RequestParser& parser, bool whole) {
  error_code ec = Feed(parser, whole);
  while (ec == http::error::need_more) {
    const size_t room = buffer_.max_size() - buffer_.size();
    if (room == 0) co_return http::error::buffer_overflow;
    const size_t n = co_await socket_.async_read_some(
        buffer_.prepare(std::min(kReadBytes, room)), asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return ec;
    buffer_.commit(n);
    ec = Feed(parser, whole);
  }
  co_return ec;
}

void RequestReader::Release() { buffer_ = boost::beast::flat_buffer(); }

}  // namespace marquee::gateway
