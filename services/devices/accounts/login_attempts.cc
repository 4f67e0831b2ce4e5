#include "services/devices/accounts/login_attempts.h"

#include "libs/base/address_key.h"
#include "libs/rpc/error_info.h"

namespace marquee::devices {

absl::StatusOr<LoginAttempts::Attempt> LoginAttempts::Begin(const std::string& username,
                                                            const std::string& address) {
  // Accepted names contain no zero byte.
  std::string key = username + '\0' + base::AddressKey(address);
  const auto count = windows_.Take(key, kByNameAndAddress);
  if (!count.counted) {
    return rpc::WithRetryAfter(
        absl::ResourceExhaustedError("too many failed attempts; try again later"), count.left);
  }
  return Attempt(*this, std::move(key));
}

}  // namespace marquee::devices
