// Says when something below a folder changes, by inotify. Where that cannot be had (too many
// folders, the user's watches used up) it says so in one log line and signals now and then
// instead, so that a round finds the changes itself. inotify sees nothing of what other machines
// do on a network share: there the periodic refresh is what finds changes. Nor does it see a folder
// that comes, or a share that is mounted over it: that is looked for every few seconds.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/playlist/sources/local/change_debouncer.h"
#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/unique_fd.h"

namespace marquee::playlist {

class FolderWatcher {
 public:
  struct Options {
    std::string name;                            // of the source, for the log
    ScanOptions scan;                            // which folders count
    size_t max_watches = 2048;                   // of the user's 8192 (the kernel's least default)
    absl::Duration quiet = absl::Seconds(2);     // without changes before the signal
    absl::Duration longest = absl::Seconds(30);  // while changes go on
    absl::Duration rescan_every = absl::Minutes(5);  // signals when not everything is watched
    absl::Duration look_every = absl::Seconds(5);    // whether the folder is there, and the same
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
  };

  // `changed` is called on the watcher's own thread and must not block. `root` and Deps must
  // outlive the watcher.
  FolderWatcher(const LocalRoot& root, Options options, const Deps& deps,
                std::function<void()> changed);
  ~FolderWatcher();  // after it no call is made and none is under way
  FolderWatcher(const FolderWatcher&) = delete;
  FolderWatcher& operator=(const FolderWatcher&) = delete;

  // Watches what is there and begins to listen. Once.
  void Start();

 private:
  void Run();
  // Watches the folders that are there now; those already watched stay as they are.
  void WatchFolders();
  void FallBack(std::string_view why);
  // Takes what inotify has to say; true when it means a change that a round would see.
  bool TakeEvents();
  // True when the folder has come, or is another one than before.
  bool RootChanged();
  int TimeoutMs() const;

  const LocalRoot& root_;
  const Options options_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const std::function<void()> changed_;

  UniqueFd inotify_;
  UniqueFd wake_;  // written to once, to end Run
  // What follows belongs to the watcher's thread once it runs.
  bool complete_ = true;  // every folder is watched
  bool said_incomplete_ = false;
  absl::Duration next_rescan_;  // while not complete
  absl::Duration next_look_;
  std::pair<uint64_t, uint64_t> root_id_;  // device and inode; zeros: the folder is not there
  ChangeDebouncer debouncer_;
  std::thread thread_;
};

}  // namespace marquee::playlist
