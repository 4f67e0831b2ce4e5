// Replaces a display's installation id for callers who are not administrators: distinguishes
// installations but cannot be used to register.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// "hash:" and 16 hex digits of the id's BLAKE2b; "" for "".
std::string InstallationHash(std::string_view install_id);

}  // namespace marquee::gateway
