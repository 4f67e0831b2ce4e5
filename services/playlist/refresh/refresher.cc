#include "services/playlist/refresh/refresher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

std::vector<std::string> NamesOf(const Seats& seats) {
  std::vector<std::string> names;
  for (const Seat& seat : seats) names.emplace_back(seat.source->name());
  return names;
}

}  // namespace

Refresher::Refresher(Seats seats, Options options, const Deps& deps)
    : options_(std::move(options)),
      clock_(deps.clock),
      executor_(deps.executor),
      logger_(deps.logger),
      board_(deps.board),
      metrics_(deps.metrics),
      ledger_({}, options_.doubt, logger_, metrics_),
      publisher_(options_.publish, {clock_, logger_, metrics_, board_, deps.store}),
      awaits_sources_(options_.awaits_sources) {
  SeatAll(seats);
}

void Refresher::Restore() {
  const absl::Time published = publisher_.Restore(&ledger_);
  const base::MutexLock lock(mutex_);
  states_ = ledger_.states();
  last_good_round_ = published;
}

void Refresher::Replace(Seats seats) {
  {
    const base::MutexLock lock(mutex_);
    awaits_sources_ = false;
    next_seats_ = std::move(seats);
    if (round_ != nullptr) return;  // whoever ends it looks
    round_ = std::make_unique<Round>();
    round_->closing = true;
  }
  GoOn();
}

void Refresher::SeatAll(const Seats& seats) {
  ledger_.Reseat(seats);
  metrics_.SetNames(NamesOf(seats));
  const base::MutexLock lock(mutex_);
  const Places before = std::exchange(places_, {});
  const Slots asked = std::exchange(next_slots_, {});
  for (const Seat& seat : seats) {
    const auto known = std::ranges::find(before, seat.source, &Place::source);
    const bool fresh = known == before.end();
    const size_t slot = places_.size();
    places_.push_back(fresh ? std::make_shared<Place>(seat.source) : *known);
    const bool wanted = !fresh && asked.contains(static_cast<size_t>(known - before.begin()));
    if (wanted || (fresh && running_)) next_slots_.insert(slot);
  }
  states_ = ledger_.states();
}

void Refresher::Start() {
  {
    const base::MutexLock lock(mutex_);
    running_ = true;
  }
  Refresh({}, [](const absl::StatusOr<RefreshReport>&) {});
}

void Refresher::Stop() {
  std::vector<Done> waiting;
  std::stop_source stop(std::nostopstate);
  {
    const base::MutexLock lock(mutex_);
    running_ = false;
    waiting = std::move(next_waiting_);
    next_slots_.clear();
    next_full_ = false;
    if (round_ != nullptr) {
      for (Done& done : round_->waiting) waiting.push_back(std::move(done));
      round_->waiting.clear();
      stop = round_->stop;
    }
  }
  stop.request_stop();
  for (const Done& done : waiting) done(absl::UnavailableError("the playlist is shutting down"));
}

void Refresher::Refresh(const std::set<std::string>& names, Done done, bool full) {
  const absl::Status refused = BeginOrQueue(names, &done, true, full);
  if (!refused.ok()) done(refused);
}

void Refresher::SourceChanged(const std::string& name) {
  // Refused only when nothing runs, and then the start looks anyway, or when the source is gone.
  BeginOrQueue({name}, nullptr, false, false).IgnoreError();
}

absl::StatusOr<Refresher::Slots> Refresher::SlotsOf(const std::set<std::string>& names) const {
  Slots slots;
  std::set<std::string> unknown = names;
  std::vector<std::string> known;
  for (size_t i = 0; i < places_.size(); ++i) {
    known.emplace_back(places_[i]->source->name());
    if (names.empty() || unknown.erase(known.back()) > 0) slots.insert(i);
  }
  if (unknown.empty()) return slots;
  const std::string& name = *unknown.begin();
  const std::string nearest = base::Nearest(name, known);
  return absl::NotFoundError(
      fmt::format("there is no source \"{}\"{}", name,
                  nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

absl::Status Refresher::BeginOrQueue(const std::set<std::string>& names, Done* done, bool may_join,
                                     bool full) {
  const auto wait_in = [done](std::vector<Done>* waiting) {
    if (done != nullptr) waiting->push_back(std::move(*done));
  };
  uint64_t begun = 0;
  {
    const base::MutexLock lock(mutex_);
    MARQUEE_ASSIGN_OR_RETURN(const Slots slots, SlotsOf(names));
    if (!running_) return absl::UnavailableError("the playlist is not running");
    if (round_ == nullptr) {
      std::vector<Done> waiting;
      wait_in(&waiting);
      begun = MakeRound(slots, std::move(waiting), full).number;
    } else if (done != nullptr &&
               round_->waiting.size() + next_waiting_.size() >= options_.max_waiting) {
      return absl::ResourceExhaustedError(
          fmt::format("{} callers already wait for a refresh", options_.max_waiting));
    } else if (may_join && !round_->closing && (round_->full || !full) &&
               std::ranges::includes(round_->asked, slots)) {
      wait_in(&round_->waiting);
    } else {
      next_slots_.insert(slots.begin(), slots.end());
      next_full_ = next_full_ || full;
      wait_in(&next_waiting_);
    }
  }
  if (begun != 0) StartFetches(begun);
  return absl::OkStatus();
}

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
    bool full;  // all of it is read
    bool busy;
  };
  std::vector<Fetch> fetches;
  base::CallContext context;
  bool nothing_to_ask = false;
  {
    const base::MutexLock lock(mutex_);
    if (round_ == nullptr || round_->number != number) return;  // its time was up at once
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
  // Those that are begun first: an answer that is there at once may end the round.
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
    if (round_ == nullptr || round_->number != number || round_->closing) return;  // too late
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
    ledger_.Judge(slot, std::move(answer.yield), answer.took, now);
  }
  PublishIfKnown();
  bool last = false;
  {
    const base::MutexLock lock(mutex_);
    states_ = ledger_.states();
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

void Refresher::Tick() {
  std::stop_source stop(std::nostopstate);
  std::set<std::string> due;
  bool publish = false;
  {
    const base::MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (!running_) return;
    if (round_ != nullptr) {
      if (round_->closing || round_->publishing) return;
      publish = now < round_->ends;
      if (publish && now < round_->publish_at) return;
      if (!publish) {
        round_->closing = true;
        stop = round_->stop;
      }
    } else {
      for (const auto& place : places_) {
        if (place->due <= now) due.emplace(place->source->name());
      }
    }
  }
  if (publish) {
    PublishWhatHasCome();
  } else if (stop.stop_possible()) {
    stop.request_stop();
    CloseRound();
  } else if (!due.empty()) {
    BeginOrQueue(due, nullptr, true, false)
        .IgnoreError();  // refused only when Stop or Replace came between
  }
}

absl::Duration Refresher::NextTick() const {
  const base::MutexLock lock(mutex_);
  if (!running_) return absl::InfiniteDuration();
  if (round_ != nullptr) {
    if (round_->closing || round_->publishing) return absl::InfiniteDuration();
    return std::min(round_->ends, round_->publish_at);
  }
  absl::Duration first = absl::InfiniteDuration();
  for (const auto& place : places_) first = std::min(first, place->due);
  return first;
}

void Refresher::CloseRound() {
  std::unique_ptr<Round> round;
  bool running = false;
  {
    // `closing` stays visible through a hollow round while this thread composes.
    const base::MutexLock lock(mutex_);
    round = std::exchange(round_, std::make_unique<Round>());
    round_->closing = true;
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
    states_ = ledger_.states();
    report.snapshot = board_.current();
    for (const size_t slot : round->asked) {
      report.sources.push_back(states_[slot]);
      places_[slot]->due = DueAfterRound(slot, now);
      if (states_[slot].up) last_good_round_ = clock_.Now();
      if (ledger_.in_doubt(slot)) {
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
  GoOn();
}

void Refresher::GoOn() {
  uint64_t begun = 0;
  while (true) {
    std::optional<Seats> seats;
    {
      const base::MutexLock lock(mutex_);
      seats = std::exchange(next_seats_, std::nullopt);
      if (!seats) {
        round_.reset();
        if (running_ && (!next_slots_.empty() || !next_waiting_.empty())) {
          begun = MakeRound(std::exchange(next_slots_, {}), std::exchange(next_waiting_, {}),
                            std::exchange(next_full_, false))
                      .number;
        }
        break;
      }
    }
    SeatAll(*seats);
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
  if (ledger_.anything_known() || none) publisher_.Publish(&ledger_);
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
                      ledger_.states()[slot].type, ledger_.states()[slot].name,
                      absl::FormatDuration(round->ends - round->began)));
      answer = Answer{.yield = late, .took = took};
    }
    ledger_.Judge(slot, std::move(answer->yield), answer->took, now);
  }
  metrics_.RoundTook(took);
  if (took >= options_.slow_round) {
    metrics_.Warn(RefreshMetrics::Warning::kSlow);
    logger_.Warn("slow refresh", {{"seconds", absl::ToDoubleSeconds(took)}});
  }
}

absl::Duration Refresher::DueAfterRound(size_t slot, absl::Duration now) const {
  const absl::Duration retry = ledger_.RetryAfter(slot, options_.retry);
  const bool periodic = options_.refresh_every > absl::ZeroDuration();
  const absl::Duration regular = periodic ? now + options_.refresh_every : absl::InfiniteDuration();
  return retry > absl::ZeroDuration() ? std::min(now + retry, regular) : regular;
}

void Refresher::Reschedule() const {
  if (reschedule_) reschedule_();
}

std::vector<SourceState> Refresher::source_states() const {
  const base::MutexLock lock(mutex_);
  return states_;
}

bool Refresher::running() const {
  const base::MutexLock lock(mutex_);
  return running_;
}

bool Refresher::refreshing() const {
  const base::MutexLock lock(mutex_);
  return round_ != nullptr;
}

void Refresher::UpdateGauges() const {
  const base::MutexLock lock(mutex_);
  metrics_.SetSources(states_, clock_.Now());
  metrics_.SetLastGoodRound(last_good_round_, clock_.Now());
}

}  // namespace marquee::playlist
