// The state of each source between rounds: its last good items, its health, and when to read it
// again. Judges results; independent of threads and publishing.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/obs/logger.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/refresh/compose.h"
#include "services/playlist/refresh/refresh_metrics.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// A configured source, with its weight relative to others under a cap.
struct SourceSlot {
  std::shared_ptr<Source> source;
  double weight = 1;
  bool merge = true;  // merge its titles with equal ones, its own and others'
  bool demo = false;  // shown only while no other source has items
};
using SourceSlots = std::vector<SourceSlot>;

// Not thread-safe. `logger` and `metrics` must outlive it.
class SourceStates {
 public:
  struct Retry {
    absl::Duration first = absl::Seconds(30);    // after one failure; doubles with each further one
    absl::Duration longest = absl::Minutes(10);  // upper bound
  };

  // A result with fewer titles than this share of the previous ones must be confirmed by a second
  // read.
  struct Doubt {
    double least_part = 0.5;
    uint64_t at_least = 20;  // minimum of previous titles: small libraries change often
  };

  SourceStates(const SourceSlots& source_slots, const Doubt& doubt, obs::Logger& logger,
               const RefreshMetrics& metrics);

  // Replaces the sources. A source with the name and type of a previous one keeps its items until
  // it responds; if its settings have changed, its first result needs no confirmation for being
  // smaller.
  void ReplaceSlots(const SourceSlots& source_slots);

  // Restores the states of the sources that are still configured.
  void Restore(const Snapshot& snapshot);

  // Takes the result of a source in a round that ended `at`. After an error, or if it returned no
  // items although it had some, the source keeps its previous items and counts as down; so does a
  // source that shrank too much, until a second read confirms it. Logs when a source goes down and
  // when it works again.
  void Judge(size_t source, absl::StatusOr<SourceYield> answer, absl::Duration took, absl::Time at);

  // The items of each source for that playlist, new or kept, unmerged.
  std::vector<std::vector<ItemPtr>> Offers(PlaylistKind kind) const;
  // Reduces the items of each source to its own entries in `published` and `spare`, so that items
  // dropped because of a cap use no memory. Counts those in `published`.
  void Keep(const std::vector<ItemPtr>& published, const std::vector<ItemPtr>& spare = {});

  const std::vector<SourceState>& states() const { return states_; }
  const SourceSlot& source_slot(size_t source) const { return source_slots_[source]; }
  // Whether the next read must be a full one, because the last result needs confirmation.
  bool in_doubt(size_t source) const { return in_doubt_[source]; }
  // True if any source has ever responded.
  bool anything_known() const;
  // Time until a failed source is read again; zero if it has not failed.
  absl::Duration RetryAfter(size_t source, const Retry& retry) const;

 private:
  // Adds to each source its own entries in these items.
  void Add(const std::vector<ItemPtr>& items);
  void Succeed(size_t source, SourceYield yield, absl::Time at);
  void Fail(size_t source, SourceFailure kind, std::string error);

  bool Shrank(size_t source, const SourceYield& yield) const;

  const Doubt doubt_;
  obs::Logger& logger_;
  const RefreshMetrics& metrics_;
  SourceSlots source_slots_;
  std::vector<SourceState> states_;          // indexed by source
  std::vector<std::vector<ItemPtr>> items_;  // indexed by source
  std::vector<int> failures_;                // consecutive, indexed by source
  std::vector<bool> in_doubt_;               // indexed by source
};

}  // namespace marquee::playlist
