// Asks one configured source once and says what it yields: for people who set one up.
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
  const base::Clock& clock;  // one that moves by itself
  obs::Logger& logger;
  obs::Metrics& metrics;
};

// A summary, what the source would have one know, and a line a title. An error is what the source
// says; kNotFound: there is none of that name.
absl::StatusOr<std::string> FetchOnce(const PlaylistSettings& settings, std::string_view source,
                                      const FetchOnceDeps& deps);

}  // namespace marquee::playlist
