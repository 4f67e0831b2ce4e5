// What is known of each source from round to round: its last good items, how it is, when it is to
// be asked again. Judges answers; knows nothing of threads or of publishing.
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

// A source at the table, and how large its share is beside others when a cap bites.
struct SourceSlot {
  std::shared_ptr<Source> source;
  double weight = 1;
  bool merge = true;  // its titles are merged with equal ones, its own and others'
  bool demo = false;  // shown only while no other source has items
};
using SourceSlots = std::vector<SourceSlot>;

// For one thread at a time. `logger` and `metrics` must outlive it.
class SourceStates {
 public:
  struct Retry {
    absl::Duration first = absl::Seconds(30);    // after one failure; doubles with each
    absl::Duration longest = absl::Minutes(10);  // what it grows to
  };

  // An answer with fewer titles than this part of what there was is not believed at once.
  struct Doubt {
    double least_part = 0.5;
    uint64_t at_least = 20;  // titles there must have been: small libraries come and go
  };

  SourceStates(const SourceSlots& source_slots, const Doubt& doubt, obs::Logger& logger,
               const RefreshMetrics& metrics);

  // Other sources than before. One of a name and type that were there keeps its items until it has
  // answered; with other settings than before, its first answer is not doubted for being smaller.
  void ReplaceSlots(const SourceSlots& source_slots);

  // Takes over the states of the sources that are still configured.
  void Restore(const Snapshot& snapshot);

  // Takes what a source answered in a round that ended `at`. After an error, and after an answer
  // without any item where there were some, the source keeps what it had and counts as down; so
  // does one that shrank beyond the doubt, until it says so a second time. The log says when a
  // source goes down and when it is back.
  void Judge(size_t source, absl::StatusOr<SourceYield> answer, absl::Duration took, absl::Time at);

  // The items of each source that belong to that playlist, fresh or kept, as the source told them.
  std::vector<std::vector<ItemPtr>> Offers(PlaylistKind kind) const;
  // From now on a source's items are those that stand behind `published` and `spare` and are its
  // own: what else a cap left out is not held in memory. Those of `published` are counted.
  void Keep(const std::vector<ItemPtr>& published, const std::vector<ItemPtr>& spare = {});

  const std::vector<SourceState>& states() const { return states_; }
  const SourceSlot& source_slot(size_t source) const { return source_slots_[source]; }
  // Whether the source is to be read as a whole, since its last answer is in doubt.
  bool in_doubt(size_t source) const { return in_doubt_[source]; }
  // True when some source has ever answered.
  bool anything_known() const;
  // How long to wait before a failed source is asked again; zero when it is not failing.
  absl::Duration RetryAfter(size_t source, const Retry& retry) const;

 private:
  // Adds to the sources what is their own of the items behind these.
  void Add(const std::vector<ItemPtr>& items);
  void Succeed(size_t source, SourceYield yield, absl::Time at);
  void Fail(size_t source, SourceFailure kind, std::string error);

  bool Shrank(size_t source, const SourceYield& yield) const;

  const Doubt doubt_;
  obs::Logger& logger_;
  const RefreshMetrics& metrics_;
  SourceSlots source_slots_;
  std::vector<SourceState> states_;          // by source
  std::vector<std::vector<ItemPtr>> items_;  // by source
  std::vector<int> failures_;                // in a row, by source
  std::vector<bool> in_doubt_;               // by source
};

}  // namespace marquee::playlist
