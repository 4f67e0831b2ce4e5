// Finds the end of a request header in the bytes of a connection and validates it byte by byte
// before the parser sees it. Request smuggling exploits headers that two programs parse
// differently, so this rejects what RFC 9112 allows a server to tolerate: a bare CR or LF (section
// 2.2), folded lines (5.2), space before a colon (5.1) and control characters (RFC 9110 section
// 5.5).
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::gateway {

// Why a request is rejected. The connection is closed after the response (RFC 9112 section 6.3).
struct HeadFault {
  int status = 400;
  std::string_view what;  // has static storage duration
};

// For one request. Copyable; not thread-safe.
class RequestHead {
 public:
  enum class State {
    kIncomplete,  // call again when more bytes have arrived
    kComplete,    // the header, including the empty line, is `size` bytes
    kFaulty,      // `fault` says why; the bytes after it cannot be trusted
  };

  // `bytes`: everything received since the first byte of the request line, including the bytes of
  // earlier calls. Each byte is scanned once, however the client splits them.
  State Look(std::string_view bytes);

  size_t size() const { return scanned_; }
  const HeadFault& fault() const { return fault_; }

 private:
  State Refuse(HeadFault fault);

  size_t scanned_ = 0;  // all lines up to here are complete
  HeadFault fault_;
};

// Validates the fields of a complete header that define the message's length, and Host. nullptr:
// valid. `head`: the lines with their CRLF, including the empty line.
//
//   Content-Length        once, decimal digits only               RFC 9110 section 8.6
//   Transfer-Encoding     once, HTTP/1.1 only, never beside       RFC 9112 section 6.1
//                         Content-Length; ends in "chunked"
//   another coding        501                                     RFC 9112 section 6.1
//   Host                  once in HTTP/1.1, a host and a port     RFC 9112 section 3.2
const HeadFault* CheckHead(std::string_view head);

// Whether `value` is uri-host [ ":" port ] of RFC 3986 section 3.2; "" is valid. Rejects characters
// that would end the host or change its meaning in a program that parses it as part of a URL.
bool IsHost(std::string_view value);

}  // namespace marquee::gateway
