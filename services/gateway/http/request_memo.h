// What was understood of a connection's last request, for the next one of equal bytes: displays and
// caches in front of us ask the same again and again, and to read a request costs more than to
// answer one whose answer is held.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// A request, and what only its connection has to know of it.
struct IncomingRequest {
  std::shared_ptr<Request> request;
  bool http_1_0 = false;
  bool keep_alive = false;
  bool upgrade = false;
};

// Of one connection, on its thread. Holds the bytes of one request and what they mean.
class RequestMemo {
 public:
  // The last request anew, with an id of its own, when these are all of its bytes and nobody holds
  // it any more. Else nullopt; then the bytes are kept until Keep or the next Recall.
  std::optional<IncomingRequest> Recall(std::string_view bytes);

  // The bytes that Recall was asked for were the whole of this request, no more and no less.
  void Keep(const IncomingRequest& understood) { last_ = understood; }

 private:
  std::string bytes_;
  IncomingRequest last_;  // without a request: the bytes mean nothing yet
};

}  // namespace marquee::gateway
