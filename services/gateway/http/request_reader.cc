#include "services/gateway/http/request_reader.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>

namespace marquee::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr size_t kFirstBytes = 1024;  // most requests are smaller
constexpr size_t kReadBytes = 16UL * 1024;
constexpr size_t kBodyBytes = 64UL * 1024;  // of a body, read through the buffer at a time
constexpr size_t kMaxEmptyLines = 4;        // old clients send one after a body
constexpr size_t kMaxExtensionBytes = 4096;

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

void RequestReader::ChunkWatch::operator()(uint64_t /*size*/, beast::string_view extensions,
                                           error_code& ec) {
  bytes_ += extensions.size();
  const bool control = std::ranges::any_of(extensions, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (control || bytes_ > kMaxExtensionBytes) ec = http::error::bad_chunk_extension;
}

bool RequestReader::SkipEmptyLines() {
  while (held().starts_with("\r\n")) {
    if (++empty_lines_ > kMaxEmptyLines) return false;
    buffer_.consume(2);
  }
  return true;
}

error_code RequestReader::Begin(RequestParser& parser) {
  head_ = RequestHead();
  chunks_ = ChunkWatch();
  parser.header_limit(static_cast<std::uint32_t>(max_header_bytes_));
  parser.body_limit(max_body_bytes_);
  parser.on_chunk_header(chunks_);
  return Feed(parser, /*whole=*/false);
}

error_code RequestReader::CheckHeader() {
  if (!SkipEmptyLines()) return http::error::bad_method;
  switch (head_.Look(held())) {
    case RequestHead::State::kFaulty:
      return http::error::bad_field;
    case RequestHead::State::kIncomplete:
      if (buffer_.size() > max_header_bytes_) return http::error::header_limit;
      return http::error::need_more;
    case RequestHead::State::kComplete:
      break;
  }
  empty_lines_ = 0;
  return head_.size() > max_header_bytes_ ? error_code(http::error::header_limit) : error_code();
}

error_code RequestReader::Feed(RequestParser& parser, bool whole) {
  if (!parser.is_header_done()) {
    if (const error_code ec = CheckHeader()) return ec;
  }
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

std::string RequestReader::TakeRest() {
  std::string rest(held());
  buffer_ = beast::flat_buffer();
  return rest;
}

}  // namespace marquee::gateway
