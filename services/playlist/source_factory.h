// Makes sources out of settings.
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

// Contacts no server and looks at no folder. kInvalidArgument: names the source, what of it cannot
// be used, and what to change. `deps` must outlive the source.
absl::StatusOr<std::unique_ptr<Source>> MakeSource(const SourceSettings& settings,
                                                   const SourceDeps& deps);

SourceInfo InfoOf(const SourceSettings& settings);

// The settings that a trial comes to: those of the configured source of its name, with what the
// trial says in their place. kInvalidArgument: it does not say enough, or it would send a secret
// that is kept to an address that it was not kept for.
absl::StatusOr<SourceSettings> SettingsOf(const SourceTrial& trial,
                                          const std::vector<SourceSettings>& configured);

}  // namespace marquee::playlist
