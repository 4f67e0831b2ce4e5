// Identity and credentials presented by a display, and the policy that its gateway applies.
#pragma once

#include <cstddef>
#include <string>

namespace marquee::devices {

// Ids by which a display may be recognised; each may be empty. None of them is a credential.
struct Identity {
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};  // see Device::cookie_id
};

struct Credentials {
  std::string device_id;
  std::string secret;
};

// What a display without the secret of a device may do. Decided by the gateway for each request,
// from its setting `registration` and the client address.
enum class RegistrationPolicy {
  kOpen,     // may register, and may get back a device that it appears to have lost
  kApprove,  // may register and waits for approval; gets no existing device back
  kClosed,   // rejected: only pairing is possible
};

struct Caller {
  std::string address;  // client address determined by the gateway; empty: unknown
  RegistrationPolicy policy = RegistrationPolicy::kOpen;
};

// Addresses stored per device, newest first.
inline constexpr size_t kAddressesOfDevice = 8;

// Size limits of data from unauthenticated displays. Longer values are kInvalidArgument.
inline constexpr size_t kMaxIdentifierBytes = 256;
inline constexpr size_t kMaxNameBytes = 256;
inline constexpr size_t kMaxStateBytes = size_t{64} * 1024;

}  // namespace marquee::devices
