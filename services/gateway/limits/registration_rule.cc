#include "services/gateway/limits/registration_rule.h"

#include <fmt/format.h>

#include "libs/base/status.h"

namespace marquee::gateway {

absl::StatusOr<RegistrationRule> RegistrationRule::Create(std::string_view setting,
                                                          bool has_public_url) {
  RegistrationRule rule;
  if (setting == "open") {
    rule.policy_ = RegistrationPolicy::kOpen;
  } else if (setting == "closed") {
    rule.policy_ = RegistrationPolicy::kClosed;
  } else if (setting == "auto" || setting.empty()) {
    rule.is_auto_ = !has_public_url;
  } else if (setting != "approve") {
    return absl::InvalidArgumentError(
        fmt::format("registration: \"{}\" must be auto, open, approve or closed", setting));
  }
  MARQUEE_ASSIGN_OR_RETURN(
      rule.private_networks_,
      AddressList::Parse({"127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                          "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10"}));
  return rule;
}

DisplayOrigin RegistrationRule::OriginOf(const Request& request) const {
  DisplayOrigin origin{.address = request.remote_ip, .policy = policy_};
  if (is_auto_ && private_networks_.Contains(request.remote_ip)) {
    origin.policy = RegistrationPolicy::kOpen;
  }
  return origin;
}

}  // namespace marquee::gateway
