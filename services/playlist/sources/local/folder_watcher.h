// Detects changes below a folder with inotify. If that is not possible (too many folders, or the
// user's watches are used up), logs it once and signals at intervals instead, so that a round finds
// the changes. inotify does not report changes made by other machines on a network share; these are
// found by the periodic refresh. It also does not report that the folder appears or that a share is
// mounted over it; this is polled every few seconds.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "services/playlist/sources/local/change_debouncer.h"
#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/unique_fd.h"

namespace marquee::playlist {

class FolderWatcher {
 public:
  static constexpr absl::Duration kStartWithin = absl::Seconds(1);

  struct Options {
    std::string name;                            // name of the source, for the log
    ScanOptions scan;                            // determines the watched folders
    size_t max_watches = 2048;                   // of the user's 8192 (the smallest kernel default)
    absl::Duration quiet = absl::Seconds(2);     // time without changes before the signal
    absl::Duration longest = absl::Seconds(30);  // time until the signal while changes continue
    absl::Duration rescan_every =
        absl::Minutes(5);  // interval of signals if not everything is watched
    absl::Duration look_every =
        absl::Seconds(5);  // interval of checks whether the folder exists and is the same
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
  };

  // `changed` is called on the watcher's thread and must not block. `root` and `deps` must outlive
  // the watcher.
  FolderWatcher(const LocalRoot& root, Options options, const Deps& deps,
                std::function<void()> changed);
  ~FolderWatcher();  // afterwards no call is made or in progress
  FolderWatcher(const FolderWatcher&) = delete;
  FolderWatcher& operator=(const FolderWatcher&) = delete;

  // Starts watching the existing folders. Call once. Waits until they are watched, but at most
  // kStartWithin: a share that does not answer would delay the start of the program. Then `changed`
  // is called when they are, as changes may have been missed.
  void Start();

 private:
  void Run();
  // Watches the folders that exist at the start.
  void Begin();
  // Adds watches for new folders; existing watches are kept.
  void WatchFolders();
  void FallBack(std::string_view why);
  // Reads pending inotify events; true if one means a change that a round would see.
  bool TakeEvents();
  // True if the folder has appeared or was replaced.
  bool RootChanged();
  int TimeoutMs() const;

  const LocalRoot& root_;
  const Options options_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const std::function<void()> changed_;

  base::Mutex mutex_;
  base::CondVar begun_;
  bool watching_ MARQUEE_GUARDED_BY(mutex_) = false;  // the first folders are watched
  bool is_late_ MARQUEE_GUARDED_BY(mutex_) = false;   // Start did not wait for it

  UniqueFd inotify_;
  UniqueFd wake_;  // written to once to stop Run
  // The members below are used only by the watcher's thread once it runs.
  bool complete_ = true;  // every folder is watched
  bool said_incomplete_ = false;
  absl::Duration next_rescan_;  // while not complete
  absl::Duration next_look_;
  std::pair<uint64_t, uint64_t> root_id_;  // device and inode; zeros: the folder does not exist
  ChangeDebouncer debouncer_;
  std::thread thread_;
};

}  // namespace marquee::playlist
