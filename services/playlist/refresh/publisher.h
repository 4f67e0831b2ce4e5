// Turns what the sources have into published playlists, one a kind, and keeps the last of each on
// disk.
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

// For one thread at a time.
class Publisher {
 public:
  struct Options {
    ComposeLimits limits = {};  // of each playlist
    // Another order, and another choice where a cap bites. Until then an unchanged library is an
    // unchanged playlist, and nobody downloads it again.
    absl::Duration reshuffle_every = absl::Hours(24);
    uint64_t seed = 0;
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    const RefreshMetrics& metrics;
    CurrentPlaylists& current_playlists;
    PlaceholderTable& placeholders;
    SnapshotStore* store = nullptr;             // null: nothing is kept on disk
    ArtworkSubstitutes* substitutes = nullptr;  // null: nobody asks for them
  };

  // Deps must outlive it.
  Publisher(Options options, const Deps& deps);

  // Publishes what the store has, without the items of sources that the source_states does not
  // know, and tells the source_states. Returns when the newest of it was published; InfinitePast:
  // there is nothing.
  absl::Time Restore(SourceStates* source_states);

  // Composes what the source_states offers and publishes each playlist that is another one now.
  void Publish(SourceStates* source_states);

 private:
  // What was stored of that playlist, without the items of sources that are gone; null: nothing.
  std::shared_ptr<const Snapshot> Stored(PlaylistKind kind, SourceStates* source_states);
  // Tells those who look for pictures what is shown now.
  void Shown(const std::vector<ItemPtr>& items);
  // What one playlist is composed of now.
  struct Draft {
    Composition composition;
    // Merged titles that a cap left out. Their entries are held: without those of one source the
    // next answer of another would seem to bring new titles.
    std::vector<ItemPtr> spare;
  };
  Draft ComposeOf(PlaylistKind kind, const SourceStates& source_states) const;
  // The items of each source for that playlist; of the main one, titles merged.
  std::vector<Offer> OffersOf(PlaylistKind kind, const SourceStates& source_states) const;
  void PublishIfChanged(PlaylistKind kind, Composition composition,
                        const SourceStates& source_states);

  const Options options_;
  const Deps deps_;
  PlaylistVersion version_;  // last given
};

}  // namespace marquee::playlist
