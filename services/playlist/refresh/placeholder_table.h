// Placeholders of the posters in the playlist, as reported by the image service; they are added to
// the items when a playlist is published. Sources do not set them.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Thread-safe. One entry of about 100 bytes per poster of the playlist.
// marquee_playlist_placeholders: posters with a placeholder.
class PlaceholderTable {
 public:
  struct Options {
    // A version that differs only in placeholders makes every display download the playlist again.
    // Such a version is therefore published at most once per this interval, and only with at least
    // `least` new placeholders (or all missing ones) and an eighth more than before: at most about
    // 40 such versions from an empty table to one of 5,000.
    absl::Duration at_most_every = absl::Minutes(1);
    size_t least = 10;
  };

  // `clock` and `metrics` must outlive it.
  PlaceholderTable(const Options& options, const base::Clock& clock, obs::Metrics& metrics);

  // Adds the placeholder of the image with this address (Item::poster_url). Kept if a published
  // item has that poster.
  void Take(std::string_view poster_url, Placeholder placeholder);

  // The item with the placeholder of its poster; the same object if nothing changes.
  ItemPtr Complete(const ItemPtr& item) const;

  // Call with the published items, including their placeholders: other posters are removed.
  void Published(const std::vector<ItemPtr>& items);

  // When the placeholders added since then justify a version, on clock.Monotonic();
  // InfiniteDuration: not yet.
  absl::Duration due() const;

 private:
  struct Look {
    Placeholder placeholder;  // empty hash: unknown
    bool published = false;
  };

  const Options options_;
  const base::Clock& clock_;
  const obs::Gauge known_gauge_;
  mutable base::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Look> looks_
      MARQUEE_GUARDED_BY(mutex_);                    // keyed by the hash of the address
  size_t published_ MARQUEE_GUARDED_BY(mutex_) = 0;  // known placeholders in the published version
  size_t taken_ MARQUEE_GUARDED_BY(mutex_) = 0;      // placeholders added since then
  size_t unknown_ MARQUEE_GUARDED_BY(mutex_) = 0;
  absl::Duration published_at_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
