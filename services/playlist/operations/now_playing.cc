#include "services/playlist/operations/now_playing.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::playlist {

NowPlaying::NowPlaying(const ActiveSources& active_sources, const Options& options,
                       const Deps& deps)
    : active_sources_(active_sources), options_(options), clock_(deps.clock), logger_(deps.logger) {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "now-playing");
}

NowPlaying::~NowPlaying() {
  stop_.request_stop();
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

std::shared_ptr<const PlaybackReport> NowPlaying::current() const {
  const base::MutexLock lock(mutex_);
  return report_;
}

std::shared_ptr<void> NowPlaying::Watch(std::function<void()> changed) {
  std::shared_ptr<void> guard;
  {
    const base::MutexLock lock(mutex_);  // the mutex with which the thread waits
    // Without watchers there was no polling: the first watcher waits for a new report instead of
    // receiving an old one.
    if (report_ != nullptr && listeners_.size() == 0 &&
        clock_.Now() - report_->polled_at > options_.fresh_for) {
      report_ = nullptr;
    }
    guard = listeners_.Add(std::make_shared<const std::function<void()>>(std::move(changed)));
  }
  wake_.NotifyAll();
  return guard;
}

std::vector<PlaybackSession> NowPlaying::Ask(Source& source) {
  base::CallContext context;
  context.deadline = clock_.Now() + options_.patience;
  context.stop = stop_.get_token();
  auto sessions = source.NowPlaying(context);
  const std::string name(source.name());
  const bool was_failing = failing_.erase(name) > 0;
  if (!sessions.ok()) failing_.insert(name);
  if (!sessions.ok() && !was_failing && !stop_.stop_requested()) {
    logger_.Warn("cannot read the playback sessions of a source",
                 {{"source", source.name()}, {"error", base::MessageOf(sessions.status())}});
  } else if (sessions.ok() && was_failing) {
    logger_.Info("playback sessions of a source can be read again", {{"source", source.name()}});
  }
  return sessions.ok() ? *std::move(sessions) : std::vector<PlaybackSession>();
}

void NowPlaying::Poll() {
  auto report = std::make_shared<PlaybackReport>();
  const auto sources = active_sources_.sources();
  for (const auto& source : *sources) {
    if (!source->knows_now_playing()) continue;
    std::ranges::move(Ask(*source), std::back_inserter(report->sessions));
  }
  report->polled_at = clock_.Now();
  {
    const base::MutexLock lock(mutex_);
    const bool same = report_ != nullptr && report_->sessions == report->sessions;
    report_ = std::move(report);
    if (same) return;
  }
  listeners_.Each([](const std::function<void()>& changed) { changed(); });
}

void NowPlaying::Run() {
  while (true) {
    {
      base::MutexLock lock(mutex_);
      while (!stopping_ && listeners_.size() == 0) wake_.Wait(lock);
      if (stopping_) return;
    }
    Poll();
    base::MutexLock lock(mutex_);
    const auto until =
        std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(options_.poll_every);
    // A watcher that needs a new report (see Watch) does not wait for the next interval.
    while (!stopping_ && report_ != nullptr) {
      if (!wake_.WaitUntil(lock, until)) break;
    }
    if (stopping_) return;
  }
}

}  // namespace marquee::playlist
