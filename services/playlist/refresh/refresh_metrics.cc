#include "services/playlist/refresh/refresh_metrics.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace marquee::playlist {
namespace {

double AgeSeconds(absl::Time since, absl::Time now) {
  return since == absl::InfinitePast() ? -1 : absl::ToDoubleSeconds(now - since);
}

// For rounds and fetches: 50 ms to 1 min.
std::vector<double> RefreshBuckets() { return {0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60}; }

}  // namespace

RefreshMetrics::RefreshMetrics(obs::Metrics& metrics)
    : metrics_(metrics),
      bytes_(metrics.gauge("marquee_playlist_bytes", "Encoded size of the items of the playlist.")),
      age_(metrics.gauge("marquee_playlist_age_seconds",
                         "Seconds since the last successful refresh; -1: never.")),
      round_(metrics.histogram("marquee_playlist_refresh_seconds", "Duration of refresh rounds.",
                               {}, RefreshBuckets())) {
  for (const auto* kind : {"slow", "items_cap", "bytes_cap", "empty", "shrunk"}) {
    warnings_.push_back(metrics.counter("marquee_playlist_refresh_warnings_total",
                                        "Refreshes with a warning, by kind.", {{"kind", kind}}));
  }
}

void RefreshMetrics::SetNames(const std::vector<std::string>& sources) {
  const base::MutexLock lock(mutex_);
  for (auto& [name, series] : std::exchange(sources_, {})) {
    if (std::ranges::find(sources, name) != sources.end()) continue;
    for (const obs::Gauge& gauge : {series.items, series.up, series.age}) {
      gauge.Set(std::numeric_limits<double>::quiet_NaN());
    }
  }
  for (const auto& name : sources) {
    const obs::Labels labels = {{"source", name}};
    sources_.emplace(
        name,
        OfSource{
            .items = metrics_.gauge("marquee_playlist_items", "Items in the playlist.", labels),
            .up = metrics_.gauge("marquee_source_up",
                                 "1 if the last attempt to read the source succeeded.", labels),
            .age = metrics_.gauge("marquee_source_age_seconds",
                                  "Seconds since the source was last read; -1: never.", labels),
            .fetch =
                metrics_.histogram("marquee_source_fetch_seconds",
                                   "Duration of reading the source.", labels, RefreshBuckets())});
  }
}

void RefreshMetrics::RoundTook(absl::Duration time) const {
  round_.Observe(absl::ToDoubleSeconds(time));
}

void RefreshMetrics::FetchTook(const std::string& source, absl::Duration time) const {
  const base::MutexLock lock(mutex_);
  sources_.at(source).fetch.Observe(absl::ToDoubleSeconds(time));
}

void RefreshMetrics::Warn(Warning warning) const { warnings_[static_cast<size_t>(warning)].Add(); }

void RefreshMetrics::SetPlaylist(uint64_t bytes) const { bytes_.Set(static_cast<double>(bytes)); }

void RefreshMetrics::SetSources(const std::vector<SourceState>& states, absl::Time now) const {
  const base::MutexLock lock(mutex_);
  for (const SourceState& state : states) {
    const OfSource& series = sources_.at(state.name);
    series.items.Set(static_cast<double>(state.items));
    series.up.Set(state.up ? 1 : 0);
    series.age.Set(AgeSeconds(state.last_success, now));
  }
}

void RefreshMetrics::SetLastGoodRound(absl::Time at, absl::Time now) const {
  age_.Set(AgeSeconds(at, now));
}

}  // namespace marquee::playlist
