// A Posterrama 2.9.4 or 3.0.1 data folder, taken over: displays with their identity and secret,
// groups, profiles, presets, display settings and sources.
#pragma once

#include <absl/status/statusor.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/files/file_system.h"
#include "services/devices/documents/document_manager.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct ImportReport {
  struct Count {
    int taken = 0;  // new here
    int known = 0;  // taken by an earlier import, or made here: left as it is
  };
  Count devices;
  Count groups;
  Count profiles;
  Count presets;
  Count settings;  // keys of the display settings
  Count sources;
  // What could not be taken, and why; a sentence each.
  std::vector<std::string> notes;
};

// Repeatable: what is here already is left alone, so that an import that is run again takes only
// what has been added since. Runs on a store that no program is using.
class PosterramaImport {
 public:
  struct Deps {
    DeviceStore& store;
    DocumentManager& documents;
    files::FileSystem& files;
    const base::Clock& clock;
    // The value of an environment variable, which config.json may name for a token; "" without one.
    std::function<std::string(const std::string&)> environment;
  };

  explicit PosterramaImport(Deps deps) : deps_(std::move(deps)) {}

  // kFailedPrecondition: the folder holds none of the files, or one of them is no JSON; nothing was
  // changed then. kUnavailable: the store is in doubt.
  absl::StatusOr<ImportReport> Run(const std::filesystem::path& folder);

 private:
  const Deps deps_;
};

// For people, a line each.
std::string Describe(const ImportReport& report);

}  // namespace marquee::devices
