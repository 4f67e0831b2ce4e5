// Restores what reverse proxies report about a request: client address, host, TLS and base path.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"

namespace marquee::gateway {

// Immutable. X-Forwarded-For, -Proto, -Host, -Port and -Prefix are applied only if the peer is a
// proxy in the list. A field with several values is read from its end, which the connecting proxy
// added; earlier values may be forged by the client.
class TrustedProxies {
 public:
  struct Options {
    AddressList list = {};
    // Fixed base path ("/wall"); "": use X-Forwarded-Prefix.
    std::string base_path = {};
    // First segments of the server's own routes ("admin"). A prefix that begins with one is never
    // removed from a path, because it could be the route.
    std::set<std::string, std::less<>> own_segments = {};
  };

  TrustedProxies() = default;
  explicit TrustedProxies(Options options) : options_(std::move(options)) {}

  // Whether `address` is one of the proxies.
  bool Contains(std::string_view address) const { return options_.list.Contains(address); }

  // Sets remote_ip, from_loopback, secure, plain, via_proxy, forwarded_host, forwarded_port and
  // base_path from the headers of `request`. Removes the base path from path and target if it is
  // still there: some proxies remove it themselves. The path is "" for the base path alone.
  void Apply(Request& request) const;

 private:
  void ApplyFields(Request& request) const;
  // The last address of X-Forwarded-For that is not a trusted proxy. "" if there is none.
  std::string ClientOf(const Request& request) const;
  void RemoveBasePath(Request& request, std::string_view base) const;

  Options options_;
};

}  // namespace marquee::gateway
