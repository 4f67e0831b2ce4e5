// Cache of the last parsed request of a connection, for a next request with identical bytes.
// Displays and caching proxies repeat the same request many times, and parsing costs more than
// sending a cached response.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// A request with the properties that only its connection needs.
struct IncomingRequest {
  std::shared_ptr<Request> request;
  bool http_1_0 = false;
  bool keep_alive = false;
  bool upgrade = false;
};

// For one connection, on its thread. Holds the bytes of one request and the parsed result.
class RequestMemo {
 public:
  // A copy of the last request with a new id, if these are exactly its bytes and no other owner of
  // it is left. Otherwise nullopt; the bytes are then stored until Keep or the next Recall.
  std::optional<IncomingRequest> Recall(std::string_view bytes);

  // Stores the parsed result: the bytes given to Recall were exactly this request.
  void Keep(const IncomingRequest& understood) { last_ = understood; }

 private:
  std::string bytes_;
  IncomingRequest last_;  // null `request`: the bytes have not been parsed yet
};

}  // namespace marquee::gateway
