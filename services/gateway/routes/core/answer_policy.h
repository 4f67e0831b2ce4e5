// What every answer says to browsers about who may read it and what its page may do: CORS
// (https://fetch.spec.whatwg.org/#http-cors-protocol) and the security header fields.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/auth/web_origin.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Whether `text` may stand in frame_ancestors: 'self' or 'none' (also without quotes), *, a scheme
// ("https:"), or a host with an optional scheme, port and leading "*." (Content Security Policy
// Level 3, section 6.4.2). kInvalidArgument: anything else.
absl::Status CheckFrameAncestor(std::string_view text);

// Immutable.
class AnswerPolicy {
 public:
  struct Options {
    // Origins whose pages may call us with cookies ("https://wall.example"); "*": every page may
    // read what needs no cookie. Empty: pages of our own only.
    std::vector<std::string> allowed_origins = {};
    // Of HTML answers, without frame-ancestors; empty: none.
    std::string content_security_policy = {};
    // Which sites may show display pages in a frame: sources of CSP's frame-ancestors. All other
    // pages may be framed by pages of ours only.
    std::vector<std::string> frame_ancestors = {"'self'"};
    // Of answers in TLS: how long browsers insist on it; zero: not at all.
    absl::Duration hsts = absl::ZeroDuration();
  };

  explicit AnswerPolicy(Options options);

  void Apply(const Request& request, Response& response) const;
  // The answer to a preflight request; nullopt when `request` is none, or its origin not allowed.
  // `methods`: of the route, "GET, POST".
  std::optional<Response> Preflight(const Request& request, const std::string& methods) const;

 private:
  // Of a page that may be framed, or not, without the part that depends on the request.
  std::string ContentPolicy(bool embeddable) const;
  // Adds the fields that let `origin` read the answer; false when it may not.
  bool Allow(std::string_view origin, Response& response) const;

  const Options options_;
  const std::string embeddable_;    // Content-Security-Policy of display pages
  const std::string own_;           // of all others
  std::vector<WebOrigin> origins_;  // of allowed_origins, but "*"
};

}  // namespace marquee::gateway
