// Names of time zones, as displays take them for their clock.
#pragma once

#include <string>
#include <string_view>

namespace marquee::devices {

// Why `zone` is not one: names the nearest that is. Empty: it is "auto" or a zone of the IANA data
// of this machine, whatever its letter case; or this machine has no such data (package tzdata), so
// that nothing can be said against it. Thread-safe; the data are read once.
std::string TimeZoneComplaint(std::string_view zone);

}  // namespace marquee::devices
