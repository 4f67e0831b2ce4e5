// Asks every source at once and publishes what they answer. A source that fails or is late keeps
// the items it had; a round costs at most its budget; only one round runs at a time, and callers
// that overlap share it.
//
// Nothing here waits: rounds are moved on by the sources' answers and by Tick(), which somebody
// must call when NextTick() says (refresh_ticker.h in the programs, the test itself in tests).
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "services/playlist/model/artwork_substitutes.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/refresh/current_playlists.h"
#include "services/playlist/refresh/publisher.h"
#include "services/playlist/refresh/refresh_metrics.h"
#include "services/playlist/refresh/source_states.h"
#include "services/playlist/sources/source.h"
#include "services/playlist/store/snapshot_store.h"

namespace marquee::playlist {

// What a round came to.
struct RefreshReport {
  // The main playlist that is current now; null when nothing has been published.
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<SourceState> sources;  // those that the round asked
};

// Thread-safe.
class Refresher {
 public:
  using Done = std::function<void(const absl::StatusOr<RefreshReport>&)>;

  struct Options {
    absl::Duration budget = absl::Seconds(10);           // of a round
    absl::Duration source_deadline = absl::Seconds(10);  // of one source in it
    // So long after an answer the others are no longer waited for: what has come is published, and
    // theirs when it comes.
    absl::Duration settle = absl::Milliseconds(200);
    absl::Duration refresh_every = absl::Minutes(60);  // zero: only when asked
    SourceStates::Retry retry = {};                    // of a source that failed
    SourceStates::Doubt doubt = {};                    // of a source that shrank
    // How often a source is read as a whole, whatever it says of what has changed.
    absl::Duration full_every = absl::Hours(6);
    absl::Duration slow_round = absl::Seconds(3);  // a longer one is worth a warning
    Publisher::Options publish = {};
    PlaceholderTable::Options placeholders = {};
    // The sources are not all known yet: having none means nothing until Replace has been called.
    bool awaits_sources = false;
    size_t max_waiting = 256;  // callers that may wait for a round; more are told to come later
  };
  struct Deps {
    const base::Clock& clock;
    base::Executor& executor;  // runs the fetches: as many threads as sources are to run at once
    obs::Logger& logger;
    obs::Metrics& metrics;
    CurrentPlaylists& current_playlists;
    SnapshotStore* store = nullptr;             // null: nothing is kept on disk
    ArtworkSubstitutes* substitutes = nullptr;  // null: nobody asks for them
  };

  // Deps must outlive the refresher; the executor must have been drained before it is destroyed.
  Refresher(const SourceSlots& source_slots, Options options, const Deps& deps);

  // Publishes what the store has, so that it is served before any source has answered; items of
  // sources that are no longer configured are left out. Before Start.
  void Restore();
  // Other sources from now on, at the latest when the round under way is over; those that were not
  // there before are asked. What becomes of their items: SourceStates::ReplaceSlots.
  void Replace(SourceSlots source_slots);
  // From here on rounds run; the first, over all sources, is due at once.
  void Start();
  // No new round; fetches under way are told to stop; waiting callers get kUnavailable.
  void Stop();

  // Asks the named sources, or all when `names` is empty; `full`: for everything, also what has not
  // changed. Joins the round under way if that asks
  // them all, else the round after it. `done` is called once, perhaps before this returns, with no
  // lock held, and must not block. It gets kNotFound: no such source; kResourceExhausted: too many
  // wait; kUnavailable: not running.
  void Refresh(const std::set<std::string>& names, Done done, bool full = false);
  // Something changed at a source: asks it, after the round under way if there is one, since that
  // may have looked too early.
  void SourceChanged(const std::string& name);

  // What a picture looks like; published with the items whose poster it is, now or soon.
  void TakePlaceholder(std::string_view poster_url, Placeholder placeholder);

  // Ends a round whose time is up; begins one that is due; publishes what has become known of
  // posters.
  void Tick();
  // When Tick will have something to do, on the clock's Monotonic(); InfiniteDuration: not before
  // something else happens.
  absl::Duration NextTick() const;
  // `reschedule` is called, with no lock held, when NextTick() may have come nearer. Before Start.
  void OnSchedule(std::function<void()> reschedule) { reschedule_ = std::move(reschedule); }

  // How each source is, in configured order.
  std::vector<SourceState> source_states() const;
  // Whether a round is under way.
  bool refreshing() const;
  // Brings the gauges that grow with time up to date; before a scrape.
  void UpdateGauges() const;

 private:
  using Slots = std::set<size_t>;  // indices of places
  // A source, and what of it outlives a round.
  struct Place {
    std::shared_ptr<Source> source;
    // A fetch outlives its round when the source does not heed its deadline.
    bool fetching = false;
    absl::Duration due = absl::InfiniteDuration();
    absl::Duration full_due = absl::ZeroDuration();  // when all of it is read again
  };
  using Places = std::vector<std::shared_ptr<Place>>;

  struct Answer {
    absl::StatusOr<SourceYield> yield;
    absl::Duration took;
  };
  struct Round {
    uint64_t number = 0;
    Slots asked;  // indices of places_, which stays as it is meanwhile
    bool full = false;
    Slots in_full;         // of them, those that are read as a whole
    absl::Duration began;  // on Monotonic()
    absl::Duration ends;   // at the latest
    std::stop_source stop;
    std::vector<std::optional<Answer>> answers;  // by slot
    size_t outstanding = 0;
    Slots judged;                                          // whose answers have been published
    absl::Duration publish_at = absl::InfiniteDuration();  // when those that have come will be
    bool publishing = false;  // one thread does so; if nothing is outstanding then, it closes
    std::vector<Done> waiting;
    bool closing = false;  // takes no more answers and no more callers; one thread composes
  };

  // Begins a round over the named sources, or all when `names` is empty, if none is under way; else
  // joins it or notes what the next one has to do. `done` may be null, and is taken only when the
  // answer is OK.
  absl::Status BeginOrQueue(const std::set<std::string>& names, Done* done, bool may_join,
                            bool full);
  // Of these, or of all when there are none. kNotFound: no such source.
  absl::StatusOr<Slots> SlotsOf(const std::set<std::string>& names) const MARQUEE_REQUIRES(mutex_);
  // Makes the round; the caller starts its fetches once the lock is gone.
  Round& MakeRound(Slots slots, std::vector<Done> waiting, bool full) MARQUEE_REQUIRES(mutex_);
  bool IsDueInFull(size_t slot) const MARQUEE_REQUIRES(mutex_);
  void StartFetches(uint64_t number);
  // SourceSlots whoever is to be seated, ends the hollow round, and begins the next one if there is
  // something to do. By whoever made the hollow round, with no lock held.
  void GoOn();
  // Between rounds. Whoever is new is asked in the next one.
  void FillSlots(const SourceSlots& source_slots);
  bool running() const;
  // `asked`: whose fetch it is the answer of; null: of one that was not begun, since the place is
  // still busy.
  void TakeAnswer(uint64_t number, size_t slot, Place* asked, Answer answer);
  void PublishWhatHasCome();
  // By whoever set `closing`, with no lock held.
  void CloseRound();
  void JudgeAnswers(Round* round);
  void PublishIfKnown();
  // Keeps rounds away until GoOn, and is not a round itself.
  void MakeHollowRound() MARQUEE_REQUIRES(mutex_);
  absl::Duration DueAfterRound(size_t slot, absl::Duration now) const;
  void Reschedule() const;

  const Options options_;
  const base::Clock& clock_;
  base::Executor& executor_;
  obs::Logger& logger_;
  CurrentPlaylists& current_playlists_;
  RefreshMetrics metrics_;
  std::function<void()> reschedule_;

  // Of the thread that publishes or closes a round, of which there is one at a time; before Start,
  // of Restore.
  SourceStates source_states_;
  PlaceholderTable placeholders_;  // thread-safe
  Publisher publisher_;

  mutable base::Mutex mutex_;
  bool running_ MARQUEE_GUARDED_BY(mutex_) = false;
  uint64_t rounds_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<Round> round_ MARQUEE_GUARDED_BY(mutex_);
  Slots next_slots_ MARQUEE_GUARDED_BY(mutex_);  // of the round after this one
  bool next_full_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<Done> next_waiting_ MARQUEE_GUARDED_BY(mutex_);
  // Changes only between rounds; what is in a place, under the lock.
  Places places_ MARQUEE_GUARDED_BY(mutex_);
  std::optional<SourceSlots> next_source_slots_ MARQUEE_GUARDED_BY(mutex_);
  bool awaits_sources_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<SourceState> states_ MARQUEE_GUARDED_BY(mutex_);  // the source_states's, for readers
  absl::Time last_good_round_ MARQUEE_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace marquee::playlist
