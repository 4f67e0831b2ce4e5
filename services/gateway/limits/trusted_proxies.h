// What a request was before reverse proxies handed it on: who asked, for which host, in TLS or not,
// and below which path the server is shown.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"

namespace marquee::gateway {

// Immutable. Of a proxy in the list are believed X-Forwarded-For, -Proto, -Host, -Port and -Prefix;
// of anyone else nothing. A field with several values is read from its end, which the proxy wrote
// that connected to us: what stands before, its client may have made up.
class TrustedProxies {
 public:
  struct Options {
    AddressList list = {};
    // Fixed path below which the server is shown ("/wall"); "": as X-Forwarded-Prefix says.
    std::string base_path = {};
    // First segments of the server's own routes ("admin"). A prefix that begins with one is never
    // taken off a path: it could be the route.
    std::set<std::string, std::less<>> own_segments = {};
  };

  TrustedProxies() = default;
  explicit TrustedProxies(Options options) : options_(std::move(options)) {}

  // Fills in what `request` says through its headers: remote_ip, from_loopback, secure, plain,
  // via_proxy, forwarded_host, forwarded_port, base_path. Takes the base path off path and target:
  // proxies differ in whether they do that themselves. The path is "" for the base path alone.
  void Apply(Request& request) const;

 private:
  void ApplyFields(Request& request) const;
  // Of X-Forwarded-For counts the last address that is no trusted proxy. "" when there is none.
  std::string ClientOf(const Request& request) const;
  void TakeOff(Request& request, std::string_view base) const;

  Options options_;
};

}  // namespace marquee::gateway
