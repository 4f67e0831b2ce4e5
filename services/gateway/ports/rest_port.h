// Port to the services' resources as a REST API, defined by their google.api.http annotations.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/model/principal.h"

namespace marquee::gateway {

struct RestCall {
  Method method = Method::kGet;
  std::string target;      // path and query as received
  std::string body;        // JSON, or empty
  std::string if_match;    // an ETag without quotes, or empty
  std::string request_id;  // of a call that may be retried, or empty
  // Account or token of the caller, for requests that record their author; a body cannot name
  // another.
  std::string author;
  // False: fields for administrators are removed from the response (reader_view.h).
  bool by_administrator = true;
};

struct RestReply {
  int status = 200;
  std::string json;
  std::string etag;             // without quotes; empty: none
  int retry_after_seconds = 0;  // 0: no Retry-After
};

class RestPort {
 public:
  virtual ~RestPort() = default;
  // The scope that this request requires; nullopt: no such resource.
  virtual std::optional<Scope> ScopeOf(Method method, std::string_view target) const = 0;
  // Errors of the service are replies as well: {error: {code, status, message, reason, details}}.
  virtual boost::asio::awaitable<RestReply> Call(RestCall call) = 0;
  // The OpenAPI 3.1 document, JSON.
  virtual const std::string& openapi() const = 0;
};

}  // namespace marquee::gateway
