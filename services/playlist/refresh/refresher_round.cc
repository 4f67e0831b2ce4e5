// The part of Refresher that runs a round, from its start to the start of the next one.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

Refresher::Round& Refresher::MakeRound(Slots slots, std::vector<Done> waiting, bool full) {
  const absl::Duration now = clock_.Monotonic();
  round_ = std::make_unique<Round>();
  round_->number = ++rounds_;
  round_->asked = std::move(slots);
  round_->full = full;
  round_->began = now;
  round_->ends = now + options_.budget;
  round_->answers.resize(places_.size());
  round_->outstanding = round_->asked.size();
  round_->waiting = std::move(waiting);
  return *round_;
}

bool Refresher::IsDueInFull(size_t slot) const {
  return round_->full || clock_.Monotonic() >= places_[slot]->full_due;
}

void Refresher::StartFetches(uint64_t number) {
  struct Fetch {
    size_t slot;
    std::shared_ptr<Place> place;
    bool full;  // a full read
    bool busy;
  };
  std::vector<Fetch> fetches;
  base::CallContext context;
  bool nothing_to_ask = false;
  {
    const base::MutexLock lock(mutex_);
    if (round_ == nullptr || round_->number != number) return;  // the round has already ended
    context.stop = round_->stop.get_token();
    context.deadline = clock_.Now() + std::min(options_.budget, options_.source_deadline);
    for (const size_t slot : round_->asked) {
      const auto& place = places_[slot];
      const bool busy = std::exchange(place->fetching, true);
      if (!busy && IsDueInFull(slot)) round_->in_full.insert(slot);
      fetches.push_back({slot, place, round_->in_full.contains(slot), busy});
    }
    nothing_to_ask = round_->asked.empty();
    if (nothing_to_ask) round_->closing = true;
  }
  Reschedule();
  if (nothing_to_ask) return CloseRound();
  // Idle sources first: an immediate result may end the round.
  std::ranges::partition(fetches, [](const Fetch& fetch) { return !fetch.busy; });
  for (const Fetch& fetch : fetches) {
    if (fetch.busy) {
      const auto still = absl::UnavailableError(
          fmt::format("{} \"{}\": still busy with what an earlier round asked of it",
                      fetch.place->source->type(), fetch.place->source->name()));
      TakeAnswer(number, fetch.slot, nullptr, {.yield = still, .took = {}});
      continue;
    }
    const absl::Status accepted = executor_.Submit([this, number, fetch, context] {
      const absl::Duration began = clock_.Monotonic();
      if (fetch.full) fetch.place->source->Forget();
      auto yield = fetch.place->source->Fetch(context);
      const absl::Duration took = clock_.Monotonic() - began;
      TakeAnswer(number, fetch.slot, fetch.place.get(), {.yield = std::move(yield), .took = took});
    });
    if (!accepted.ok()) {
      TakeAnswer(number, fetch.slot, fetch.place.get(), {.yield = accepted, .took = {}});
    }
  }
}

void Refresher::TakeAnswer(uint64_t number, size_t slot, Place* asked, Answer answer) {
  bool last = false;
  {
    const base::MutexLock lock(mutex_);
    if (asked != nullptr) asked->fetching = false;
    if (round_ == nullptr || round_->number != number || round_->closing)
      return;  // the result is late
    round_->answers[slot] = std::move(answer);
    last = --round_->outstanding == 0;
    if (!last) {
      round_->publish_at = std::min(round_->publish_at, clock_.Monotonic() + options_.settle);
    } else if (round_->publishing) {
      return;
    } else {
      round_->closing = true;
    }
  }
  if (last) {
    CloseRound();
  } else {
    Reschedule();
  }
}

void Refresher::PublishWhatHasCome() {
  std::vector<std::pair<size_t, Answer>> come;
  {
    const base::MutexLock lock(mutex_);
    if (!running_) return;
    round_->publishing = true;
    round_->publish_at = absl::InfiniteDuration();
    for (const size_t slot : round_->asked) {
      auto& answer = round_->answers[slot];
      if (!answer || !round_->judged.insert(slot).second) continue;
      come.emplace_back(slot, *std::move(answer));
    }
  }
  const absl::Time now = clock_.Now();
  for (auto& [slot, answer] : come) {
    source_states_.Judge(slot, std::move(answer.yield), answer.took, now);
  }
  PublishIfKnown();
  bool last = false;
  {
    const base::MutexLock lock(mutex_);
    states_ = source_states_.states();
    for (const auto& [slot, answer] : come) {
      if (states_[slot].up) last_good_round_ = now;
    }
    round_->publishing = false;
    last = round_->outstanding == 0;
    round_->closing = last;
  }
  if (last) {
    CloseRound();
  } else {
    Reschedule();
  }
}

void Refresher::CloseRound() {
  std::unique_ptr<Round> round;
  bool running = false;
  {
    // `closing` remains set during a placeholder round while this thread composes.
    const base::MutexLock lock(mutex_);
    round = std::exchange(round_, nullptr);
    MakePlaceholderRound();
    running = running_;
  }
  if (running) {
    JudgeAnswers(round.get());
    PublishIfKnown();
  }

  RefreshReport report;
  std::vector<Done> waiting;
  {
    const base::MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    states_ = source_states_.states();
    report.snapshot = current_playlists_.current();
    for (const size_t slot : round->asked) {
      report.sources.push_back(states_[slot]);
      places_[slot]->due = DueAfterRound(slot, now);
      if (states_[slot].up) last_good_round_ = clock_.Now();
      if (source_states_.in_doubt(slot)) {
        places_[slot]->full_due = now;
      } else if (states_[slot].up && round->in_full.contains(slot)) {
        places_[slot]->full_due = now + options_.full_every;
      }
    }
    waiting = std::move(round->waiting);
  }
  for (const Done& done : waiting) {
    done(running ? absl::StatusOr<RefreshReport>(report)
                 : absl::UnavailableError("the playlist is shutting down"));
  }
  ReleasePlaceholderRound();
}

void Refresher::ReleasePlaceholderRound() {
  uint64_t begun = 0;
  while (true) {
    std::optional<SourceSlots> source_slots;
    {
      const base::MutexLock lock(mutex_);
      source_slots = std::exchange(next_source_slots_, std::nullopt);
      if (!source_slots) {
        round_.reset();
        if (running_ && (!next_slots_.empty() || !next_waiting_.empty())) {
          begun = MakeRound(std::exchange(next_slots_, {}), std::exchange(next_waiting_, {}),
                            std::exchange(next_full_, false))
                      .number;
        }
        break;
      }
    }
    FillSlots(*source_slots);
    if (running()) PublishIfKnown();
  }
  if (begun != 0) {
    StartFetches(begun);
  } else {
    Reschedule();
  }
}

void Refresher::PublishIfKnown() {
  bool none = false;
  {
    const base::MutexLock lock(mutex_);
    none = places_.empty() && !awaits_sources_;
  }
  if (source_states_.anything_known() || none) publisher_.Publish(&source_states_);
}

void Refresher::JudgeAnswers(Round* round) {
  const absl::Time now = clock_.Now();
  const absl::Duration took = clock_.Monotonic() - round->began;
  for (const size_t slot : round->asked) {
    if (round->judged.contains(slot)) continue;
    auto& answer = round->answers[slot];
    if (!answer) {
      const auto late = absl::DeadlineExceededError(
          fmt::format("{} \"{}\": no answer within {}; see whether it is reachable, or raise "
                      "playlist.refresh_budget",
                      source_states_.states()[slot].type, source_states_.states()[slot].name,
                      absl::FormatDuration(round->ends - round->began)));
      answer = Answer{.yield = late, .took = took};
    }
    source_states_.Judge(slot, std::move(answer->yield), answer->took, now);
  }
  metrics_.RoundTook(took);
  if (took >= options_.slow_round) {
    metrics_.Warn(RefreshMetrics::Warning::kSlow);
    logger_.Warn("slow refresh", {{"seconds", absl::ToDoubleSeconds(took)}});
  }
}

absl::Duration Refresher::DueAfterRound(size_t slot, absl::Duration now) const {
  const absl::Duration retry = source_states_.RetryAfter(slot, options_.retry);
  const bool periodic = options_.refresh_every > absl::ZeroDuration();
  const absl::Duration regular = periodic ? now + options_.refresh_every : absl::InfiniteDuration();
  return retry > absl::ZeroDuration() ? std::min(now + retry, regular) : regular;
}

}  // namespace marquee::playlist
