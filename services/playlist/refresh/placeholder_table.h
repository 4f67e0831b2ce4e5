// What the posters of the playlist look like, as the image service finds out picture by picture;
// joined to the items when a playlist is published. Sources know nothing of it.
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

// Thread-safe. Holds one entry a poster of the playlist, about 100 bytes each.
// marquee_playlist_placeholders: posters whose look is known.
class PlaceholderTable {
 public:
  struct Options {
    // A version that differs in placeholders alone makes every display download the list again. So
    // it comes no sooner than this after the last one, and only when it has `least` more of them
    // than that (or all that were missing) and an eighth more: some forty such versions at most
    // between an empty table and one of 5,000.
    absl::Duration at_most_every = absl::Minutes(1);
    size_t least = 10;
  };

  // `clock` and `metrics` must outlive it.
  PlaceholderTable(const Options& options, const base::Clock& clock, obs::Metrics& metrics);

  // Of the picture at this address (Item::poster_url). Kept when a published item has that poster.
  void Take(std::string_view poster_url, Placeholder placeholder);

  // The item with what is known of its poster; the very same where that is nothing new.
  ItemPtr Complete(const ItemPtr& item) const;

  // These are published now, each with what it says itself: other posters are forgotten.
  void Published(const std::vector<ItemPtr>& items);

  // When what has been taken since is worth a version, on clock.Monotonic(); InfiniteDuration: it
  // is not.
  absl::Duration due() const;

 private:
  struct Look {
    Placeholder placeholder;  // without a hash: not known yet
    bool published = false;
  };

  const Options options_;
  const base::Clock& clock_;
  const obs::Gauge known_gauge_;
  mutable base::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Look> looks_ MARQUEE_GUARDED_BY(mutex_);  // by hash of the address
  size_t published_ MARQUEE_GUARDED_BY(mutex_) = 0;                       // of them
  size_t taken_ MARQUEE_GUARDED_BY(mutex_) = 0;                           // since
  size_t unknown_ MARQUEE_GUARDED_BY(mutex_) = 0;
  absl::Duration published_at_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
