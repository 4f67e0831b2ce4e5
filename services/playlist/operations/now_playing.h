// What people are playing: the sources that can tell are polled, but only while there is a watcher.
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
  std::vector<PlaybackSession> sessions;  // of all sources that answered
  absl::Time polled_at;
};

// Thread-safe.
class NowPlaying {
 public:
  struct Options {
    absl::Duration poll_every = absl::Seconds(10);
    // A report that is older is not given to the first watcher after a pause: it waits for a new
    // poll, which begins at once.
    absl::Duration fresh_for = absl::Seconds(1);
    absl::Duration patience = absl::Seconds(5);  // with one source
  };
  struct Deps {
    const base::Clock& clock;  // one that moves by itself
    obs::Logger& logger;
  };

  // Sources and deps must outlive it.
  NowPlaying(const ActiveSources& active_sources, const Options& options, const Deps& deps);
  ~NowPlaying();
  NowPlaying(const NowPlaying&) = delete;
  NowPlaying& operator=(const NowPlaying&) = delete;

  // Of the last poll; null before the first, and for the first watcher after a pause. At most
  // poll_every and one poll old while there is a watcher.
  std::shared_ptr<const PlaybackReport> current() const;

  // Polling goes on while the guard lives. `changed` is called when the report is another one, on
  // a thread of this class, with no lock held; it must not block. When the guard is gone no new
  // call begins.
  [[nodiscard]] std::shared_ptr<void> Watch(std::function<void()> changed);

  // Asks every source once; for tests, and by the thread.
  void Poll();

 private:
  void Run();
  std::vector<PlaybackSession> Ask(Source& source);

  const ActiveSources& active_sources_;
  const Options options_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  std::set<std::string> failing_;  // of whoever polls
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::shared_ptr<const PlaybackReport> report_ MARQUEE_GUARDED_BY(mutex_);
  base::Listeners<const std::function<void()>> listeners_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace marquee::playlist
