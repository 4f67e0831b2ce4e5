// Which libraries a start without any configuration shows.
#pragma once

#include <absl/status/status.h>

#include <filesystem>
#include <string>
#include <vector>

#include "services/allinone/allinone_config.pb.h"

namespace marquee::allinone {

// Adds a local source for each folder of --posters, named after the folder ("Posters", "Posters 2",
// …). When there is no source at all then, the demo library that came with the program: `demo`.
// A folder need not be there: its source fails until it is. kInvalidArgument: an empty name, or
// neither sources nor a demo library.
absl::Status AddLibraries(const std::vector<std::string>& posters,
                          const std::filesystem::path& demo, AllInOneSettings& settings);

// share/marquee/demo beside the folder of the running program.
std::filesystem::path DemoLibrary();

}  // namespace marquee::allinone
