// Reports current playback sessions: polls the sources that support it, only while there is a
// watcher.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/listeners.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "services/playlist/sources/active_sources.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

struct PlaybackReport {
  std::vector<PlaybackSession> sessions;  // of all sources that responded
  absl::Time polled_at;
};

// Thread-safe.
class NowPlaying {
 public:
  struct Options {
    absl::Duration poll_every = absl::Seconds(10);
    // The first watcher after a pause does not receive a report older than this: a new poll starts
    // immediately, and the watcher waits for it.
    absl::Duration fresh_for = absl::Seconds(1);
    absl::Duration patience = absl::Seconds(5);  // time limit per source
  };
  struct Deps {
    const base::Clock& clock;  // must advance by itself
    obs::Logger& logger;
  };

  // Sources and deps must outlive it.
  NowPlaying(const ActiveSources& active_sources, const Options& options, const Deps& deps);
  ~NowPlaying();
  NowPlaying(const NowPlaying&) = delete;
  NowPlaying& operator=(const NowPlaying&) = delete;

  // The report of the last poll; null before the first poll, and for the first watcher after a
  // pause. While there is a watcher it is at most poll_every plus one poll old.
  std::shared_ptr<const PlaybackReport> current() const;

  // Polling continues while the guard lives. `changed` is called when the report has changed, on a
  // thread of this class, with no lock held; it must not block. After the guard is destroyed no new
  // call begins.
  [[nodiscard]] std::shared_ptr<void> Watch(std::function<void()> changed);

  // Polls every source once; used by the thread and by tests.
  void Poll();

 private:
  void Run();
  std::vector<PlaybackSession> Ask(Source& source);

  const ActiveSources& active_sources_;
  const Options options_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  std::set<std::string> failing_;  // used only by Poll
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::shared_ptr<const PlaybackReport> report_ MARQUEE_GUARDED_BY(mutex_);
  base::Listeners<const std::function<void()>> listeners_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace marquee::playlist
