// What people below administrator see of the installation id of a display: enough to tell two
// installations apart, nothing to register with.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// "hash:" and 16 hex digits of the id's BLAKE2b; "" for "".
std::string InstallationHash(std::string_view install_id);

}  // namespace marquee::gateway
