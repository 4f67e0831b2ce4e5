#include "libs/config/environment.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/strings.h"

namespace marquee::config {
namespace {

constexpr std::string_view kPrefix = "MARQUEE_";

}  // namespace

bool IsServiceLink(std::string_view name, std::string_view value) {
  // X_SERVICE_HOST, X_SERVICE_PORT, X_SERVICE_PORT_HTTP; X_PORT=tcp://10.0.0.1:80 and
  // X_PORT_80_TCP, X_PORT_80_TCP_ADDR and so on.
  if (name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos) {
    return true;
  }
  if (name.ends_with("_PORT")) return value.starts_with("tcp://") || value.starts_with("udp://");
  const size_t port = name.rfind("_PORT_");
  if (port == std::string_view::npos) return false;
  const std::string_view number = name.substr(port + 6);
  const size_t digits = std::min(number.find_first_not_of("0123456789"), number.size());
  const std::string_view rest = number.substr(digits);
  return digits > 0 && (rest.starts_with("_TCP") || rest.starts_with("_UDP"));
}

void CheckForUnknown(const Environment& environment, const std::vector<Leaf>& leaves,
                     const std::set<std::string>& referred_to, Problems& problems) {
  std::vector<std::string> known;
  known.reserve(leaves.size());
  for (const Leaf& leaf : leaves) known.push_back(leaf.variable);

  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix) || referred_to.contains(name) ||
        std::ranges::find(known, name) != known.end() || IsServiceLink(name, value)) {
      continue;
    }
    const auto renamed = std::ranges::find(leaves, name, &Leaf::former_variable);
    if (renamed != leaves.end()) {
      problems.Add(name,
                   fmt::format("the variable was renamed; its name is now {}", renamed->variable));
      continue;
    }
    problems.Add(name, fmt::format("unknown environment variable; the nearest valid one is {}",
                                   base::Nearest(name, known)));
  }
}

}  // namespace marquee::config
