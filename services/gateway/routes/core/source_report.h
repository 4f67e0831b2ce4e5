// The states of the sources for all clients: name and kind of failure, never addresses, tokens or
// error texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// The sentence part after the name of a source: "cannot be reached". Empty for a source without
// failure.
std::string_view FailureInWords(std::string_view category);

// [{"name":…,"type":…,"state":…,"category":…,"message":…,"items":…}], in configured order. state:
// pending, ok, stale (failed, its last items are shown), failed (no items are shown) or off.
std::string SourcesJson(const std::vector<SourceInfo>& sources);

}  // namespace marquee::gateway
