// Selects the environment variables that are settings.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/config/problems.h"
#include "libs/config/references.h"
#include "libs/config/schema.h"

namespace marquee::config {

// Whether Kubernetes or Docker set `name` to announce a service called marquee or marquee-…
// (kubernetes.io/docs/concepts/services-networking/service, "environment variables").
bool IsServiceLink(std::string_view name, std::string_view value);

// Adds a problem for each variable that begins with MARQUEE_ and is neither a setting, nor
// referenced by one, nor a service link.
void CheckForUnknown(const Environment& environment, const std::vector<Leaf>& leaves,
                     const std::set<std::string>& referred_to, Problems& problems);

}  // namespace marquee::config
