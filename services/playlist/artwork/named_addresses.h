// Names for tests: while this is linked, the process resolves these and no others.
#pragma once

#include <string>
#include <vector>

namespace marquee::playlist {

// From here on `name` has these numeric addresses. Every other name has none; numeric addresses are
// themselves. Thread-safe.
void SetAddressesOf(const std::string& name, std::vector<std::string> addresses);

}  // namespace marquee::playlist
