// Whether a browser sent a request from a page of this server, and whether it reached the server
// under a name that is the server's own. Guards what cookies allow (cross-site request forgery) and
// log-in and set-up, where there is no cookie yet (also DNS rebinding).
//
// A page's origin is the server's own when it is
//   - that of public_url, or one of browsers.allowed_origins ("*" never counts here), or
//   - the address of the request: Host, or X-Forwarded-Host of a proxy in trusted_proxies, with the
//     port of X-Forwarded-Port when the host has none. Ports are compared with the defaults of
//     their schemes filled in; the scheme is compared where it is known, by TLS of our own or by
//     X-Forwarded-Proto of such a proxy.
// Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) says the same from the browser's side:
// "same-origin" and "none" pass, anything else only with an Origin that the settings name.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/auth/sessions.h"
#include "services/gateway/auth/web_origin.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Immutable.
class OriginCheck {
 public:
  struct Options {
    std::string public_url = {};                    // "" : not set
    std::vector<std::string> allowed_origins = {};  // origins, or "*"
  };

  explicit OriginCheck(const Options& options);

  // A change that a cookie allows. kPermissionDenied: the request says another origin, or none;
  // the message says what was compared with what, and which settings to change.
  absl::Status CheckChange(const Request& request) const;

  // Log-in and set-up. Programs, which send neither Origin nor Sec-Fetch-Site, pass. The host must
  // be one that no stranger's name server can point here: an address, a name without a dot, one
  // below a domain that exists in local networks only, one that the settings name; or one that the
  // browser has verified (TLS), or a trusted proxy vouches for. kPermissionDenied: as above.
  absl::Status CheckLogin(const Request& request) const;

  // Whether the client is on this machine: a loopback address, and nothing that a proxy in between
  // leaves in a request, be it trusted or not.
  static bool IsLocal(const Request& request);

  // Of the cookies that the client of this request gets: below the path where it sees the server,
  // and Secure when it came in TLS, as far as is known.
  CookieScope CookiesFor(const Request& request) const;

 private:
  bool InTls(const Request& request) const;
  bool Listed(const WebOrigin& origin) const;

  std::optional<WebOrigin> public_origin_;
  std::vector<WebOrigin> listed_;  // public_origin_ first
};

}  // namespace marquee::gateway
