// The metrics of the playlist:
//   marquee_playlist_items{source}            items in the playlist
//   marquee_playlist_bytes                    their encoded size
//   marquee_playlist_age_seconds              since the last successful round; -1: never
//   marquee_playlist_refresh_seconds          histogram of rounds
//   marquee_playlist_refresh_warnings_total{kind}   slow, items_cap, bytes_cap, empty,
//                                                   shrunk
//   marquee_source_up{source}                 1: its last attempt succeeded
//   marquee_source_age_seconds{source}        since its last success; -1: never
//   marquee_source_fetch_seconds{source}      histogram of its fetches
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Thread-safe. `metrics` must outlive it.
class RefreshMetrics {
 public:
  enum class Warning { kSlow, kItemsCap, kBytesCap, kEmpty, kShrunk };

  explicit RefreshMetrics(obs::Metrics& metrics);

  // Sets the current sources. The gauges of removed sources become NaN, so that alerts do not fire
  // for them.
  void SetNames(const std::vector<std::string>& sources);
  void RoundTook(absl::Duration time) const;
  void FetchTook(const std::string& source, absl::Duration time) const;
  void Warn(Warning warning) const;
  void SetPlaylist(uint64_t bytes) const;
  // Sets the gauges of every source as of `now`.
  void SetSources(const std::vector<SourceState>& states, absl::Time now) const;
  // InfinitePast: never.
  void SetLastGoodRound(absl::Time at, absl::Time now) const;

 private:
  struct OfSource {
    obs::Gauge items;
    obs::Gauge up;
    obs::Gauge age;
    obs::Histogram fetch;
  };

  obs::Metrics& metrics_;
  mutable base::Mutex mutex_;
  std::map<std::string, OfSource> sources_ MARQUEE_GUARDED_BY(mutex_);
  const obs::Gauge bytes_;
  const obs::Gauge age_;
  const obs::Histogram round_;
  std::vector<obs::Counter> warnings_;  // by Warning
};

}  // namespace marquee::playlist
