// What every answer says to browsers about who may read it and what its page may do: CORS
// (https://fetch.spec.whatwg.org/#http-cors-protocol) and the security header fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/auth/web_origin.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Immutable.
class AnswerPolicy {
 public:
  struct Options {
    // Origins whose pages may call us with cookies ("https://wall.example"); "*": every page may
    // read what needs no cookie. Empty: pages of our own only.
    std::vector<std::string> allowed_origins = {};
    // Of HTML answers; empty: none.
    std::string content_security_policy = {};
    // Of answers in TLS: how long browsers insist on it; zero: not at all.
    absl::Duration hsts = absl::ZeroDuration();
  };

  explicit AnswerPolicy(Options options);

  void Apply(const Request& request, Response& response) const;
  // The answer to a preflight request; nullopt when `request` is none, or its origin not allowed.
  // `methods`: of the route, "GET, POST".
  std::optional<Response> Preflight(const Request& request, const std::string& methods) const;

 private:
  // Adds the fields that let `origin` read the answer; false when it may not.
  bool Allow(std::string_view origin, Response& response) const;

  const Options options_;
  std::vector<WebOrigin> origins_;  // of allowed_origins, but "*"
};

}  // namespace marquee::gateway
