#include "libs/obs/memory_limit.h"

#include <fstream>
#include <string>

namespace marquee::obs {
namespace {

// The group's path below the mount point, from the line "0::/path" of version 2; empty if there is
// none.
std::string GroupOf(const std::filesystem::path& membership) {
  std::ifstream file(membership);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return {};
}

}  // namespace

double MemoryLimitBytes(const std::filesystem::path& membership,
                        const std::filesystem::path& root) {
  std::string group = GroupOf(membership);
  double lowest = 0;
  // In a container the group is "/", and its limit is in the mount point itself.
  while (!group.empty()) {
    std::ifstream file(root / group.substr(1) / "memory.max");
    double limit = 0;
    // "max", which is not a number, means no limit.
    if (file >> limit && (lowest == 0 || limit < lowest)) lowest = limit;
    if (group == "/") break;
    group.resize(group.rfind('/'));
    if (group.empty()) group = "/";
  }
  return lowest;
}

}  // namespace marquee::obs
