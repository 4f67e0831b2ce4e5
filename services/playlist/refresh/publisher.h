// Composes the published playlists, one per kind, from the states of the sources, and stores the
// latest of each on disk.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/playlist/model/artwork_substitutes.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/refresh/compose.h"
#include "services/playlist/refresh/current_playlists.h"
#include "services/playlist/refresh/placeholder_table.h"
#include "services/playlist/refresh/refresh_metrics.h"
#include "services/playlist/refresh/source_states.h"
#include "services/playlist/store/snapshot_store.h"

namespace marquee::playlist {

// Not thread-safe.
class Publisher {
 public:
  struct Options {
    ComposeLimits limits = {};  // of each playlist
    // Interval after which the order, and the selection if a cap applies, change. Until then an
    // unchanged library gives an unchanged playlist, which displays need not download again.
    absl::Duration reshuffle_every = absl::Hours(24);
    uint64_t seed = 0;
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    const RefreshMetrics& metrics;
    CurrentPlaylists& current_playlists;
    PlaceholderTable& placeholders;
    SnapshotStore* store = nullptr;             // null: nothing is stored
    ArtworkSubstitutes* substitutes = nullptr;  // null: not needed
  };

  // Deps must outlive it.
  Publisher(Options options, const Deps& deps);

  // Publishes the stored playlists, without the items of sources unknown to `source_states`, and
  // restores `source_states` from them. Returns when the newest was published; InfinitePast:
  // nothing was stored.
  absl::Time Restore(SourceStates* source_states);

  // Composes the playlists from the items in `source_states` and publishes each that has changed.
  void Publish(SourceStates* source_states);

 private:
  // The stored playlist, without the items of removed sources; null: none.
  std::shared_ptr<const Snapshot> Stored(PlaylistKind kind, SourceStates* source_states);
  // Updates the artwork substitutes with the items that are shown now.
  void Shown(const std::vector<ItemPtr>& items);
  // The composition of one playlist.
  struct Draft {
    Composition composition;
    // Merged titles dropped because of a cap. Their entries are kept, because otherwise the next
    // response of another source would seem to contain new titles.
    std::vector<ItemPtr> spare;
  };
  Draft ComposeOf(PlaylistKind kind, const SourceStates& source_states) const;
  // The items of each source for one playlist; for the main playlist, merged titles.
  std::vector<Offer> OffersOf(PlaylistKind kind, const SourceStates& source_states) const;
  void PublishIfChanged(PlaylistKind kind, Composition composition,
                        const SourceStates& source_states);

  const Options options_;
  const Deps deps_;
  PlaylistVersion version_;  // last assigned version
};

}  // namespace marquee::playlist
