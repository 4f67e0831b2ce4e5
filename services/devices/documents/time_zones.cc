#include "services/devices/documents/time_zones.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "libs/base/strings.h"

namespace marquee::devices {
namespace {

// One line per zone ("Z Europe/Berlin …") or alias ("L Europe/Berlin Europe/Oslo"); zic(8).
std::vector<std::string> ReadZones() {
  std::vector<std::string> zones;
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    words >> kind >> name;
    if (kind == "L") words >> name;
    if ((kind == "Z" || kind == "L") && !name.empty()) zones.push_back(name);
  }
  if (!zones.empty()) zones.emplace_back("auto");
  return zones;
}

}  // namespace

std::string TimeZoneError(std::string_view zone) {
  static const std::vector<std::string> zones = ReadZones();
  const auto same = [zone](const std::string& known) {
    return absl::EqualsIgnoreCase(base::ToAbslView(known), base::ToAbslView(zone));
  };
  if (zones.empty() || std::ranges::any_of(zones, same)) return "";
  return fmt::format("unknown time zone \"{}\"; did you mean \"{}\"?", zone,
                     base::Nearest(zone, zones));
}

}  // namespace marquee::devices
