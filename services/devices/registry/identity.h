// How a display presents itself, and how far its gateway lets it go.
#pragma once

#include <cstddef>
#include <string>

namespace marquee::devices {

// Where a display may be known from; each may be empty. None is a credential.
struct Identity {
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};  // see Device::cookie_id
};

struct Credentials {
  std::string device_id;
  std::string secret;
};

// What a display without the secret of a record may do. Decided by the gateway for each request,
// from its setting `registration` and from where the request came.
enum class RegistrationPolicy {
  kOpen,     // registers by itself, and gets a record back that its display seems to have lost
  kApprove,  // registers, and waits for an owner's approval; no record is handed out
  kClosed,   // is refused: pairing only
};

struct Caller {
  std::string address;  // of the display, as the gateway determined it; empty: unknown
  RegistrationPolicy policy = RegistrationPolicy::kOpen;
};

// Addresses kept of a device, newest first.
inline constexpr size_t kAddressesOfDevice = 8;

// Bounds of what a stranger may make us keep. Longer is kInvalidArgument.
inline constexpr size_t kMaxIdentifierBytes = 256;
inline constexpr size_t kMaxNameBytes = 256;
inline constexpr size_t kMaxStateBytes = size_t{64} * 1024;

}  // namespace marquee::devices
