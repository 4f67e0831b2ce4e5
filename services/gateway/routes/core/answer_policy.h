// Response headers that tell browsers who may read a response and what its page may do: CORS
// (https://fetch.spec.whatwg.org/#http-cors-protocol) and the security headers.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/auth/web_origin.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Whether `text` is valid in frame_ancestors: 'self' or 'none' (also without quotes), *, a scheme
// ("https:"), or a host with an optional scheme, port and leading "*." (Content Security Policy
// Level 3, section 6.4.2). kInvalidArgument: anything else.
absl::Status CheckFrameAncestor(std::string_view text);

// Immutable.
class AnswerPolicy {
 public:
  struct Options {
    // Origins whose pages may send requests with cookies ("https://wall.example"); "*": every page
    // may read responses that need no cookie. Empty: only pages of this server.
    std::vector<std::string> allowed_origins = {};
    // Content-Security-Policy of HTML responses, without frame-ancestors; empty: none.
    std::string content_security_policy = {};
    // Sites that may show display pages in a frame: sources of CSP's frame-ancestors. All other
    // pages may be framed only by pages of this server.
    std::vector<std::string> frame_ancestors = {"'self'"};
    // Strict-Transport-Security of responses over TLS; zero: not sent.
    absl::Duration hsts = absl::ZeroDuration();
  };

  explicit AnswerPolicy(Options options);

  void Apply(const Request& request, Response& response) const;
  // The response to a preflight request; nullopt if `request` is not one or its origin is not
  // allowed.
  // `methods`: those of the route, "GET, POST".
  std::optional<Response> Preflight(const Request& request, const std::string& methods) const;

 private:
  // Content-Security-Policy of a page, without the part that depends on the request.
  std::string ContentPolicy(bool embeddable) const;
  // Adds the fields that let `origin` read the response; false if it may not.
  bool Allow(std::string_view origin, Response& response) const;

  const Options options_;
  const std::string embeddable_;    // Content-Security-Policy of display pages
  const std::string own_;           // of all other pages
  std::vector<WebOrigin> origins_;  // allowed_origins without "*"
};

}  // namespace marquee::gateway
