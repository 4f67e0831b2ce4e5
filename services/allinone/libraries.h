// Sources for a start without a configuration file.
#pragma once

#include <absl/status/status.h>

#include <filesystem>
#include <string>
#include <vector>

#include "services/allinone/allinone_config.pb.h"

namespace marquee::allinone {

// Adds a local source for each folder of --posters, named after the folder ("Posters", "Posters 2",
// …). If there is no source at all, adds the installed demo library: `demo`. A folder may be
// missing: its source fails until it exists. kInvalidArgument: an empty name, or neither sources
// nor a demo library.
absl::Status AddLibraries(const std::vector<std::string>& posters,
                          const std::filesystem::path& demo, AllInOneSettings& settings);

// share/marquee/demo beside the folder of the running program.
std::filesystem::path DemoLibrary();

}  // namespace marquee::allinone
