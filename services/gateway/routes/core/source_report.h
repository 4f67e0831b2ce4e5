// How the sources are, in words for everybody: by name and kind of failure, never addresses, tokens
// or the text of an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// What to say after the name of a source: "cannot be reached". Empty for a source that is well.
std::string_view FailureInWords(std::string_view category);

// [{"name":…,"type":…,"state":…,"category":…,"message":…,"items":…}], in configured order. state:
// pending, ok, stale (it failed, its last items are shown), failed (nothing of it is shown) or off.
std::string SourcesJson(const std::vector<SourceInfo>& sources);

}  // namespace marquee::gateway
