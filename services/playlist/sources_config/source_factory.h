// Creates sources from settings.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/operations/source_queries.h"
#include "services/playlist/playlist_config.pb.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

struct SourceDeps {
  const base::Clock& clock;
  obs::Logger& logger;
  obs::Metrics& metrics;
  httpc::HttpClient& http;
};

// Contacts no server and reads no folder. kInvalidArgument: names the source, what cannot be used,
// and what to change. `deps` must outlive the source.
absl::StatusOr<std::unique_ptr<Source>> MakeSource(const SourceSettings& settings,
                                                   const SourceDeps& deps);

SourceInfo InfoOf(const SourceSettings& settings);

// Resolves a trial to settings: those of the configured source of its name, overridden by the
// fields of the trial. kInvalidArgument: fields are missing, or a stored secret would be sent to
// another address.
absl::StatusOr<SourceSettings> SettingsOf(const SourceTrial& trial,
                                          const std::vector<SourceSettings>& configured);

}  // namespace marquee::playlist
