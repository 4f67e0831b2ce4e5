// The display pages and what they load, from one folder.
#pragma once

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
  Bytes gzip;  // null where it would not help
  std::string gzip_etag;
};

// Thread-safe. Only files that were there at Load are served, so no request ever becomes a path; a
// file that was changed since is read again, so that a page can be worked on while we run.
class StaticFiles {
 public:
  // Reads every regular file below `root` that is not hidden and no symbolic link. At most 500
  // files and 16 MiB. kNotFound: no such folder. kResourceExhausted: it holds more.
  static absl::StatusOr<std::unique_ptr<StaticFiles>> Load(const std::filesystem::path& root);

  // By path relative to the root, with slashes: "wallart/wall.js". Null when there is none.
  std::shared_ptr<const StaticFile> Find(std::string_view path) const;

 private:
  struct Entry {
    std::filesystem::path path;
    std::filesystem::file_time_type written;
    std::shared_ptr<const StaticFile> file;
  };

  mutable base::Mutex mutex_;
  mutable std::map<std::string, Entry, std::less<>> entries_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
