// Which environment variables speak to us.
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

// Adds a problem for each variable that begins with MARQUEE_ and is neither a leaf's, nor
// referred to, nor a service link.
void CheckForStrangers(const Environment& environment, const std::vector<Leaf>& leaves,
                       const std::set<std::string>& referred_to, Problems& problems);

}  // namespace marquee::config
