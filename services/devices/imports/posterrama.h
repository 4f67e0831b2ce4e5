// Imports a data folder of Posterrama 2.9.4 or 3.0.1: displays with their identity and secret,
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
    int taken = 0;  // imported
    int known = 0;  // exists already, not changed
  };
  Count devices;
  Count groups;
  Count profiles;
  Count presets;
  Count settings;  // keys of the display settings
  Count sources;
  // Entries that could not be imported, with the reason, one sentence each.
  std::vector<std::string> notes;
};

// Repeatable: existing entries are not changed, so a repeated import adds only new ones. Requires a
// store that no program is using.
class PosterramaImport {
 public:
  struct Deps {
    DeviceStore& store;
    DocumentManager& documents;
    files::FileSystem& files;
    const base::Clock& clock;
    // Returns the value of an environment variable, which config.json may name for a token; "" if
    // unset.
    std::function<std::string(const std::string&)> environment;
  };

  explicit PosterramaImport(Deps deps) : deps_(std::move(deps)) {}

  // kFailedPrecondition: the folder contains none of the files, or one of them is not valid JSON;
  // nothing was changed. kUnavailable: the store failed.
  absl::StatusOr<ImportReport> Run(const std::filesystem::path& folder);

 private:
  const Deps deps_;
};

// A report for users, one entry per line.
std::string Describe(const ImportReport& report);

}  // namespace marquee::devices
