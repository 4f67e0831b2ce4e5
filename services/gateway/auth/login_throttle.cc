#include "services/gateway/auth/login_throttle.h"

#include <limits>

#include "libs/base/address_key.h"

namespace marquee::gateway {
namespace {

std::string KnownKey(const std::string& name, const std::string& address) {
  return name + '\0' + base::AddressKey(address);
}

}  // namespace

bool LoginThrottle::IsKnown(const std::string& name, const std::string& address) const {
  return known_.Peek(KnownKey(name, address), 1).events > 0;
}

bool LoginThrottle::Slows(const std::string& name, const std::string& address) const {
  return wrong_.Peek(name, kWrong).events >= kWrong && !IsKnown(name, address);
}

bool LoginThrottle::RecordFailure(const std::string& name) {
  return wrong_.Take(name, std::numeric_limits<int>::max()).events == kWrong;
}

void LoginThrottle::RecordSuccess(const std::string& name, const std::string& address) {
  const std::string key = KnownKey(name, address);
  known_.Forget(key);
  known_.Take(key, 1);
}

}  // namespace marquee::gateway
