// How far a display that proves nothing may go, by the setting `registration` and by where it asks
// from.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

// Immutable.
class RegistrationRule {
 public:
  // `setting`: auto, open, approve or closed. auto: open to addresses of this machine and of
  // private networks (RFC 1918, RFC 4193, link-local, RFC 6598), approve to any other one, and to
  // all when the server has a public address. kInvalidArgument: none of these.
  static absl::StatusOr<RegistrationRule> Create(std::string_view setting, bool has_public_url);

  // `request` as its client sent it: behind a trusted proxy, with the address that the proxy names.
  DisplayOrigin OriginOf(const Request& request) const;

 private:
  bool is_auto_ = false;
  RegistrationPolicy policy_ = RegistrationPolicy::kApprove;  // unless auto and private
  AddressList private_networks_;
};

}  // namespace marquee::gateway
