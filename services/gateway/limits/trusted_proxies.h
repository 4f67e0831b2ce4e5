// Who asked, when the connection comes from a proxy that we believe.
#pragma once

#include <optional>
#include <string>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"

namespace marquee::gateway {

struct ClientBehind {
  std::string ip;       // numeric
  bool secure = false;  // the proxy was spoken to in TLS
};

// Immutable.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  explicit TrustedProxies(AddressList list) : list_(std::move(list)) {}

  // nullopt: the peer is no proxy of ours, or does not say for whom it asks. Of X-Forwarded-For
  // counts the last address that is no trusted proxy: what stands before it, its sender made up.
  std::optional<ClientBehind> Behind(const Request& request) const;
  // `request` as its client sent it, or `request` itself.
  RequestPtr Resolve(RequestPtr request) const;

 private:
  AddressList list_;
};

}  // namespace marquee::gateway
