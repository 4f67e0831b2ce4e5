// Watches the folders of the current local sources.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/playlist/sources/local/folder_watcher.h"
#include "services/playlist/sources/local/local_source.h"

namespace marquee::playlist {

// Not thread-safe.
class FolderWatches {
 public:
  using Folders = std::vector<std::shared_ptr<const LocalSource>>;

  // `changed` is called on the thread of a watcher and must not block. `deps` must outlive this
  // object.
  FolderWatches(const FolderWatcher::Deps& deps,
                std::function<void(const std::string& source)> changed)
      : deps_(deps), changed_(std::move(changed)) {}

  // Watches exactly these folders; existing watchers of them are kept.
  void Watch(const Folders& folders) {
    Watches watches;
    for (const auto& folder : folders) {
      auto known = watches_.extract(folder);
      if (known.empty()) {
        watches.emplace(folder, Start(*folder));
      } else {
        watches.insert(std::move(known));
      }
    }
    watches_ = std::move(watches);
  }

 private:
  using Watches = std::map<std::shared_ptr<const LocalSource>, std::unique_ptr<FolderWatcher>>;

  std::unique_ptr<FolderWatcher> Start(const LocalSource& source) {
    FolderWatcher::Options options;
    options.name = source.name();
    options.scan = source.scan_options();
    auto watcher = std::make_unique<FolderWatcher>(source.root(), options, deps_,
                                                   [this, name = options.name] { changed_(name); });
    watcher->Start();
    return watcher;
  }

  const FolderWatcher::Deps deps_;
  const std::function<void(const std::string&)> changed_;
  Watches watches_;
};

}  // namespace marquee::playlist
