// Reads all sources concurrently and publishes the results. A source that fails or is late keeps
// its previous items. A round takes at most its budget; only one round runs at a time, and
// concurrent callers share it.
//
// No call blocks: rounds progress with the results of the sources and with Tick(), which must be
// called when NextTick() says (by refresh_ticker.h in the programs, directly in tests).
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

// Result of a round.
struct RefreshReport {
  // The current main playlist; null if nothing has been published.
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<SourceState> sources;  // the sources read in the round
};

// Thread-safe.
class Refresher {
 public:
  using Done = std::function<void(const absl::StatusOr<RefreshReport>&)>;

  struct Options {
    absl::Duration budget = absl::Seconds(10);           // time limit of a round
    absl::Duration source_deadline = absl::Seconds(10);  // time limit of one source
    // Time after a result at which the results so far are published without waiting for slower
    // sources, whose results follow when they arrive.
    absl::Duration settle = absl::Milliseconds(200);
    absl::Duration refresh_every = absl::Minutes(60);  // zero: only on request
    SourceStates::Retry retry = {};                    // for failed sources
    SourceStates::Doubt doubt = {};                    // for sources that shrank
    // Interval of full reads, even if a source reports no changes.
    absl::Duration full_every = absl::Hours(6);
    absl::Duration slow_round = absl::Seconds(3);  // longer rounds are logged as a warning
    Publisher::Options publish = {};
    PlaceholderTable::Options placeholders = {};
    // True: run-time sources are not known yet, so having no sources means nothing before Replace.
    bool awaits_sources = false;
    size_t max_waiting = 256;  // callers that may wait for a round; further ones are rejected
  };
  struct Deps {
    const base::Clock& clock;
    base::Executor& executor;  // runs the fetches; one thread per concurrent source
    obs::Logger& logger;
    obs::Metrics& metrics;
    CurrentPlaylists& current_playlists;
    SnapshotStore* store = nullptr;             // null: nothing is stored
    ArtworkSubstitutes* substitutes = nullptr;  // null: not needed
  };

  // Dependencies must outlive the refresher; drain the executor before destroying it.
  Refresher(const SourceSlots& source_slots, Options options, const Deps& deps);

  // Publishes the stored playlists before any source has responded, without items of sources that
  // are no longer configured. Call before Start.
  void Restore();
  // Replaces the sources, at the latest when the current round ends; new sources are read then.
  // SourceStates::ReplaceSlots describes what happens to their items.
  void Replace(SourceSlots source_slots);
  // Starts the rounds; the first one, over all sources, is due immediately.
  void Start();
  // Starts no new round, cancels fetches in progress, and fails waiting callers with kUnavailable.
  void Stop();

  // Reads the named sources, or all if `names` is empty; `full`: completely, including unchanged
  // libraries. Joins the current round if that reads all of them, otherwise the next one. `done` is
  // called once, possibly before this returns, with no lock held, and must not block. Errors:
  // kNotFound: unknown source. kResourceExhausted: too many callers wait. kUnavailable: not
  // running.
  void Refresh(const std::set<std::string>& names, Done done, bool full = false);
  // A source has changed: reads it again, after the current round if there is one, because that may
  // have read it before the change.
  void SourceChanged(const std::string& name);

  // Adds the placeholder of an image; published with the items that have this poster.
  void TakePlaceholder(std::string_view poster_url, Placeholder placeholder);

  // Ends a round whose time is up, starts a due round, and publishes new placeholders.
  void Tick();
  // When Tick is due next, on the clock's Monotonic(); InfiniteDuration: not before another event.
  absl::Duration NextTick() const;
  // `reschedule` is called, with no lock held, when NextTick() may have become earlier. Call before
  // Start.
  void OnSchedule(std::function<void()> reschedule) { reschedule_ = std::move(reschedule); }

  // State of each source, in configured order.
  std::vector<SourceState> source_states() const;
  // Whether a round is in progress.
  bool refreshing() const;
  // Updates the gauges that depend on the current time; call before a scrape.
  void UpdateGauges() const;

 private:
  using Slots = std::set<size_t>;  // indices of places_
  // A source, and its state that outlives a round.
  struct Place {
    std::shared_ptr<Source> source;
    // A fetch outlives its round if the source ignores its deadline.
    bool fetching = false;
    absl::Duration due = absl::InfiniteDuration();
    absl::Duration full_due = absl::ZeroDuration();  // time of the next full read
  };
  using Places = std::vector<std::shared_ptr<Place>>;

  struct Answer {
    absl::StatusOr<SourceYield> yield;
    absl::Duration took;
  };
  struct Round {
    uint64_t number = 0;
    Slots asked;  // indices of places_, which does not change during a round
    bool full = false;
    Slots in_full;         // the part of `asked` that is read completely
    absl::Duration began;  // on Monotonic()
    absl::Duration ends;   // latest end
    std::stop_source stop;
    std::vector<std::optional<Answer>> answers;  // indexed by slot
    size_t outstanding = 0;
    Slots judged;  // slots whose results have been published
    absl::Duration publish_at = absl::InfiniteDuration();  // when the results so far are published
    bool publishing =
        false;  // one thread is publishing; it then closes the round if nothing is outstanding
    std::vector<Done> waiting;
    bool closing = false;  // accepts no more results or callers; one thread composes
  };

  // Starts a round over the named sources, or all if `names` is empty, unless one is in progress;
  // otherwise joins it or adds them to the next one. `done` may be null, and is consumed only if OK
  // is returned.
  absl::Status BeginOrQueue(const std::set<std::string>& names, Done* done, bool may_join,
                            bool full);
  // The slots of these names, or all if there are none. kNotFound: unknown source.
  absl::StatusOr<Slots> SlotsOf(const std::set<std::string>& names) const MARQUEE_REQUIRES(mutex_);
  // Creates the round; the caller starts its fetches after releasing the lock.
  Round& MakeRound(Slots slots, std::vector<Done> waiting, bool full) MARQUEE_REQUIRES(mutex_);
  bool IsDueInFull(size_t slot) const MARQUEE_REQUIRES(mutex_);
  void StartFetches(uint64_t number);
  // Applies pending source changes, releases the placeholder round and starts the next one if
  // needed. The caller must have created the placeholder round; with no lock held.
  void ReleasePlaceholderRound();
  // Replaces the sources between rounds. New sources are read in the next round.
  void FillSlots(const SourceSlots& source_slots);
  bool running() const;
  // `asked`: the place whose fetch returned this result; null: the fetch was not started, because
  // the previous one still runs.
  void TakeAnswer(uint64_t number, size_t slot, Place* asked, Answer answer);
  void PublishWhatHasCome();
  // Called by the thread that set `closing`, with no lock held.
  void CloseRound();
  void JudgeAnswers(Round* round);
  void PublishIfKnown();
  // Blocks rounds until ReleasePlaceholderRound; not a round itself.
  void MakePlaceholderRound() MARQUEE_REQUIRES(mutex_);
  absl::Duration DueAfterRound(size_t slot, absl::Duration now) const;
  void Reschedule() const;

  const Options options_;
  const base::Clock& clock_;
  base::Executor& executor_;
  obs::Logger& logger_;
  CurrentPlaylists& current_playlists_;
  RefreshMetrics metrics_;
  std::function<void()> reschedule_;

  // Used only by the thread that publishes or closes a round, one at a time, and by Restore before
  // Start.
  SourceStates source_states_;
  PlaceholderTable placeholders_;  // thread-safe
  Publisher publisher_;

  mutable base::Mutex mutex_;
  bool running_ MARQUEE_GUARDED_BY(mutex_) = false;
  uint64_t rounds_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<Round> round_ MARQUEE_GUARDED_BY(mutex_);
  Slots next_slots_ MARQUEE_GUARDED_BY(mutex_);  // slots of the next round
  bool next_full_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<Done> next_waiting_ MARQUEE_GUARDED_BY(mutex_);
  // Replaced only between rounds; the contents of a place are guarded by the lock.
  Places places_ MARQUEE_GUARDED_BY(mutex_);
  std::optional<SourceSlots> next_source_slots_ MARQUEE_GUARDED_BY(mutex_);
  bool awaits_sources_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<SourceState> states_
      MARQUEE_GUARDED_BY(mutex_);  // copy of source_states_ for readers
  absl::Time last_good_round_ MARQUEE_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace marquee::playlist
