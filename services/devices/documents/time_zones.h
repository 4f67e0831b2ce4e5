// Validates the time zone of a display's clock.
#pragma once

#include <string>
#include <string_view>

namespace marquee::devices {

// An error that names the nearest zone; empty: `zone` is "auto" or a zone of the host's IANA data
// (case-insensitive), or the host has no such data (package tzdata), so that it cannot be checked.
// Thread-safe; the data are read once.
std::string TimeZoneError(std::string_view zone);

}  // namespace marquee::devices
