// The files of the pages, loaded from one folder.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

struct StaticFile {
  std::string content_type;
  Bytes plain;
  std::string etag;
  Bytes gzip;  // null if compression does not help
  std::string gzip_etag;
};

// Thread-safe. Serves only files that existed at Load, so request paths are never used as file
// paths. A changed file is reloaded, so that pages can be edited while the server runs.
class StaticFiles {
 public:
  // Reads every regular file below `root` that is not hidden and not a symbolic link. At most 500
  // files and 16 MiB. kNotFound: no such folder. kResourceExhausted: the folder exceeds a limit.
  static absl::StatusOr<std::unique_ptr<StaticFiles>> Load(const std::filesystem::path& root);

  // Adds the files of another folder below `prefix` ("control-room"), within the same limits. Call
  // it before the files are served.
  absl::Status Add(const std::filesystem::path& root, std::string_view prefix);

  // By path relative to the root, with slashes: "wallart/wall.js". Null if there is none.
  std::shared_ptr<const StaticFile> Find(std::string_view path) const;

 private:
  struct Entry {
    std::filesystem::path path;
    std::filesystem::file_time_type written;
    std::shared_ptr<const StaticFile> file;
  };

  mutable base::Mutex mutex_;
  size_t bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;
  mutable std::map<std::string, Entry, std::less<>> entries_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
