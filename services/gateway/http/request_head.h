// Finds the end of a request header in the bytes of a connection, and checks the header byte by
// byte before the parser sees it. Two programs that read one header differently are how requests
// are smuggled, so what RFC 9112 lets a server tolerate is refused here: a bare CR or LF (section
// 2.2), folded lines (5.2), space before a colon (5.1), control characters (RFC 9110 section 5.5).
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::gateway {

// Why a request is refused. The connection is closed after the answer (RFC 9112 section 6.3).
struct HeadFault {
  int status = 400;
  std::string_view what;  // of static storage
};

// For one request. Copyable; not thread-safe.
class RequestHead {
 public:
  enum class State {
    kIncomplete,  // look again when more has come
    kComplete,    // `size` bytes are the header, the empty line included
    kFaulty,      // `fault` says why; nothing after these bytes can be trusted
  };

  // `bytes`: all that came since the first byte of the request line; those of the last call first.
  // Each byte is looked at once, however the client cuts them up.
  State Look(std::string_view bytes);

  size_t size() const { return scanned_; }
  const HeadFault& fault() const { return fault_; }

 private:
  State Refuse(HeadFault fault);

  size_t scanned_ = 0;  // up to here the lines are complete
  HeadFault fault_;
};

// What a complete header says about where its message ends, and about its Host; nullptr: it is
// right. `head`: the lines with their CRLF, the empty line included; line ends are right.
//
//   Content-Length        once, decimal digits only               RFC 9110 section 8.6
//   Transfer-Encoding     once, HTTP/1.1 only, never beside       RFC 9112 section 6.1
//                         Content-Length; ends in "chunked"
//   another coding        501                                     RFC 9112 section 6.1
//   Host                  once in HTTP/1.1, a host and a port     RFC 9112 section 3.2
const HeadFault* CheckHead(std::string_view head);

// uri-host [ ":" port ] of RFC 3986 section 3.2, "" included. Refused is what would end a host, or
// turn it into something else, where a program reads it as a part of an address.
bool IsHost(std::string_view value);

}  // namespace marquee::gateway
