// Checks whether a browser sent a request from a page of this server and whether it used one of the
// server's own names. Protects changes authenticated by cookie (cross-site request forgery), and
// log-in and set-up, which have no cookie yet (also DNS rebinding).
//
// A page's origin is the server's own if it is
//   - that of public_url, or one of browsers.allowed_origins ("*" is ignored here), or
//   - the origin of the request: Host, or X-Forwarded-Host of a proxy in trusted_proxies, with the
//     port of X-Forwarded-Port if the host has none. Missing ports are replaced by the scheme's
//     default. The scheme is compared if it is known, from TLS of this server or X-Forwarded-Proto
//     of such a proxy.
// Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) is the browser's own statement:
// "same-origin" and "none" pass, any other value only with an Origin from the settings.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>
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
    std::string listen_host = {};                   // of the setting listen; "": not known
    // Host names without a port, "*.example" for all names below it, or "*" for any host.
    std::vector<std::string> allowed_hosts = {};
  };

  explicit OriginCheck(const Options& options);

  // An entry of allowed_hosts. kInvalidArgument: it is none; the message says what it should be.
  static absl::Status CheckAllowedHost(std::string_view entry);

  // Pages. The host must be one that an attacker's DNS server cannot point here: a page of that
  // name could read everything that displays may read (DNS rebinding):
  //   - an IP address: no name is looked up;
  //   - localhost, or a name without a dot, which cannot be registered; browsers resolve it by the
  //     hosts file, the search domain or the local network;
  //   - a name below .local (RFC 6762), .home.arpa (RFC 8375) and the like, which are not delegated
  //     in the public DNS;
  //   - that of listen, public_url, browsers.allowed_origins or allowed_hosts;
  //   - any, when the request came in TLS, whose certificate an attacker's name does not have, or
  //     from a proxy in trusted_proxies, which chooses by name what it passes on.
  // kPermissionDenied: none of these; the message names the setting.
  absl::Status CheckHost(const Request& request) const;

  // Checks a change authenticated by cookie. kPermissionDenied: the request has another origin or
  // none; the message says which origins were compared and which settings to change.
  absl::Status CheckChange(const Request& request) const;

  // Checks log-in and set-up. Clients that send neither Origin nor Sec-Fetch-Site (programs) pass.
  // The host must be one that CheckHost accepts.
  // kPermissionDenied: as above.
  absl::Status CheckLogin(const Request& request) const;

  // Whether the client is on this machine: the peer is a loopback address and the request has no
  // header field that a proxy adds, trusted or not.
  static bool IsLocal(const Request& request);

  // The scope of cookies set for this request: the path below which the client sees the server, and
  // Secure if the request is known to have been sent over TLS.
  CookieScope CookiesFor(const Request& request) const;

 private:
  bool InTls(const Request& request) const;
  bool Listed(const WebOrigin& origin) const;
  bool KnowsHost(const Request& request) const;

  std::optional<WebOrigin> public_origin_;
  std::vector<WebOrigin> listed_;  // public_origin_ first
  bool any_host_ = false;
  std::vector<std::string> hosts_;    // allowed, in lower case
  std::vector<std::string> domains_;  // ".example": all names below it
};

}  // namespace marquee::gateway
