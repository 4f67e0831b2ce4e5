// Reads one configured source once and reports the result; for setting up a source.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/playlist/playlist_config.pb.h"

namespace marquee::playlist {

struct FetchOnceDeps {
  const base::Clock& clock;  // must advance by itself
  obs::Logger& logger;
  obs::Metrics& metrics;
};

// Returns a summary, warnings of the source, and one line per title. Errors as Source::Fetch;
// kNotFound: no source has this name.
absl::StatusOr<std::string> FetchOnce(const PlaylistSettings& settings, std::string_view source,
                                      const FetchOnceDeps& deps);

}  // namespace marquee::playlist
