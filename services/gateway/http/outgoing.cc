#include "services/gateway/http/outgoing.h"

#include <utility>

namespace marquee::gateway {

Outgoing::Buffers Outgoing::left() const {
  Buffers pieces(
      {boost::asio::buffer(head),
       length == 0 ? boost::asio::const_buffer()
                   : boost::asio::const_buffer(response.body->data() + response.offset, length)});
  pieces.consume(sent);
  return pieces;
}

Outgoing Prepare(Response response, bool head_only, bool http_1_0, bool keep_alive,
                 absl::Time now) {
  Outgoing out;
  out.response = std::move(response);
  out.framing = FramingOf(out.response, http_1_0);
  out.keep = keep_alive && out.framing != Framing::kUntilEnd;
  out.with_body = !head_only && out.framing != Framing::kNone;
  if (out.with_body && out.response.body && !out.response.stream) out.length = out.response.length;
  out.head = RenderHead(out.response, out.framing, out.keep, now);
  return out;
}

}  // namespace marquee::gateway
