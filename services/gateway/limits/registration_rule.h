// Which registration policy applies to a display without valid credentials, by the setting
// `registration` and the display's address.
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
  // `setting`: auto, open, approve or closed. auto: open for addresses of this machine and of
  // private networks (RFC 1918, RFC 4193, link-local, RFC 6598) and approve for all others; approve
  // for every address if the server has a public URL. kInvalidArgument: any other value.
  static absl::StatusOr<RegistrationRule> Create(std::string_view setting, bool has_public_url);

  // `request`: as its client sent it; behind a trusted proxy, with the address that the proxy
  // reported.
  DisplayOrigin OriginOf(const Request& request) const;

 private:
  bool is_auto_ = false;
  RegistrationPolicy policy_ =
      RegistrationPolicy::kApprove;  // used unless `auto` applies and the address is private
  AddressList private_networks_;
};

}  // namespace marquee::gateway
