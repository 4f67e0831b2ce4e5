#include "services/playlist/operations/now_playing.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::playlist {

NowPlaying::NowPlaying(const SourceRoster& roster, const Options& options, const Deps& deps)
    : roster_(roster), options_(options), clock_(deps.clock), logger_(deps.logger) {
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
  auto guard = std::make_shared<std::function<void()>>(std::move(changed));
  {
    const base::MutexLock lock(mutex_);
    listeners_.push_back(guard);
  }
  wake_.NotifyAll();
  return guard;
}

bool NowPlaying::AnybodyWatches() {
  listeners_.remove_if([](const Listener& listener) { return listener.expired(); });
  return !listeners_.empty();
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
    logger_.Warn("a source does not say what is playing",
                 {{"source", source.name()}, {"error", base::MessageOf(sessions.status())}});
  } else if (sessions.ok() && was_failing) {
    logger_.Info("a source says again what is playing", {{"source", source.name()}});
  }
  return sessions.ok() ? *std::move(sessions) : std::vector<PlaybackSession>();
}

void NowPlaying::Poll() {
  auto report = std::make_shared<PlaybackReport>();
  const auto sources = roster_.sources();
  for (const auto& source : *sources) {
    if (!source->knows_now_playing()) continue;
    std::ranges::move(Ask(*source), std::back_inserter(report->sessions));
  }
  report->polled_at = clock_.Now();
  std::vector<std::shared_ptr<std::function<void()>>> listeners;
  {
    const base::MutexLock lock(mutex_);
    const bool same = report_ != nullptr && report_->sessions == report->sessions;
    report_ = std::move(report);
    if (same) return;
    for (const Listener& listener : listeners_) {
      if (auto alive = listener.lock()) listeners.push_back(std::move(alive));
    }
  }
  for (const auto& listener : listeners) (*listener)();
}

void NowPlaying::Run() {
  while (true) {
    {
      base::MutexLock lock(mutex_);
      while (!stopping_ && !AnybodyWatches()) wake_.Wait(lock);
      if (stopping_) return;
    }
    Poll();
    base::MutexLock lock(mutex_);
    const auto until =
        std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(options_.poll_every);
    while (!stopping_) {
      if (!wake_.WaitUntil(lock, until)) break;
    }
    if (stopping_) return;
  }
}

}  // namespace marquee::playlist
