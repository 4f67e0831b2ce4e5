// Fake name resolution for tests: while this is linked, the process resolves only names set here.
#pragma once

#include <string>
#include <vector>

namespace marquee::playlist {

// Sets the numeric addresses of `name`. Other names do not resolve; numeric addresses resolve to
// themselves. Thread-safe.
void SetAddressesOf(const std::string& name, std::vector<std::string> addresses);

}  // namespace marquee::playlist
