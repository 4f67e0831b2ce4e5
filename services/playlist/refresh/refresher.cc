#include "services/playlist/refresh/refresher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

std::vector<std::string> NamesOf(const std::vector<Source*>& sources) {
  std::vector<std::string> names;
  for (const Source* source : sources) names.emplace_back(source->name());
  return names;
}

// A fence is higher than that of every process before, even when what it stored is lost.
uint64_t FirstFence(absl::Time now) {
  return static_cast<uint64_t>(std::max<int64_t>(1, absl::ToUnixSeconds(now)));
}

}  // namespace

Refresher::Refresher(std::vector<Source*> sources, Options options, const Deps& deps)
    : sources_(std::move(sources)),
      options_(std::move(options)),
      clock_(deps.clock),
      executor_(deps.executor),
      logger_(deps.logger),
      board_(deps.board),
      store_(deps.store),
      metrics_(deps.metrics, NamesOf(sources_)),
      ledger_(sources_, logger_, metrics_),
      version_{.fence = FirstFence(clock_.Now()), .sequence = 0},
      fetching_(sources_.size(), false),
      due_(sources_.size(), absl::InfiniteDuration()),
      states_(ledger_.states()) {}

void Refresher::Restore() {
  if (store_ == nullptr) return;
  const auto stored = store_->Load();
  if (!stored.ok()) {
    // A bad file has been put aside and logged by the store.
    if (!absl::IsNotFound(stored.status()) && !absl::IsDataLoss(stored.status())) {
      logger_.Warn("the stored playlist cannot be read",
                   {{"error", base::MessageOf(stored.status())}});
    }
    return;
  }
  ledger_.Restore(**stored);
  version_.fence = std::max(version_.fence, (*stored)->version.fence + 1);

  auto snapshot = std::make_shared<Snapshot>(**stored);
  std::erase_if(snapshot->items, [this](const ItemPtr& item) {
    return std::ranges::none_of(sources_, [&](const Source* source) {
      return source->name() == item->item.server_name && source->type() == item->item.source;
    });
  });
  if (snapshot->items.size() != (*stored)->items.size()) {
    snapshot->version = {.fence = version_.fence, .sequence = ++version_.sequence};
    snapshot->content_hash = ContentHash(snapshot->items);
    snapshot->bytes = 0;
    for (const ItemPtr& item : snapshot->items) snapshot->bytes += item->bytes;
  }
  // Nothing left is no reason to show nothing as if it were known to be right.
  if (snapshot->items.empty() && !sources_.empty()) return;
  snapshot->sources = ledger_.states();
  logger_.Info("playlist restored",
               {{"items", snapshot->items.size()},
                {"published", absl::FormatTime(snapshot->published, absl::UTCTimeZone())}});
  {
    const base::MutexLock lock(mutex_);
    states_ = ledger_.states();
    last_good_round_ = snapshot->published;
  }
  metrics_.SetPlaylist(snapshot->bytes);
  board_.Publish(std::move(snapshot));
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
    if (round_ != nullptr) {
      for (Done& done : round_->waiting) waiting.push_back(std::move(done));
      round_->waiting.clear();
      stop = round_->stop;
    }
  }
  stop.request_stop();
  for (const Done& done : waiting) done(absl::UnavailableError("the playlist is shutting down"));
}

void Refresher::Refresh(const std::set<std::string>& names, Done done) {
  Slots slots;
  size_t found = 0;
  for (size_t i = 0; i < sources_.size(); ++i) {
    const bool named = names.contains(std::string(sources_[i]->name()));
    if (named) ++found;
    if (named || names.empty()) slots.insert(i);
  }
  if (found < names.size()) {
    for (const auto& name : names) {
      const auto known = NamesOf(sources_);
      if (std::ranges::find(known, name) != known.end()) continue;
      const std::string nearest = base::Nearest(name, known);
      done(absl::NotFoundError(
          fmt::format("there is no source \"{}\"{}", name,
                      nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest))));
      return;
    }
  }
  const absl::Status refused = BeginOrQueue(slots, &done, true);
  if (!refused.ok()) done(refused);
}

void Refresher::SourceChanged(const std::string& name) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    // Refused only when nothing runs, and then the start looks anyway.
    if (sources_[i]->name() == name) BeginOrQueue({i}, nullptr, false).IgnoreError();
  }
}

absl::Status Refresher::BeginOrQueue(const Slots& slots, Done* done, bool may_join) {
  const auto wait_in = [done](std::vector<Done>* waiting) {
    if (done != nullptr) waiting->push_back(std::move(*done));
  };
  uint64_t begun = 0;
  {
    const base::MutexLock lock(mutex_);
    if (!running_) return absl::UnavailableError("the playlist is not running");
    if (round_ == nullptr) {
      std::vector<Done> waiting;
      wait_in(&waiting);
      begun = MakeRound(slots, std::move(waiting)).number;
    } else if (done != nullptr &&
               round_->waiting.size() + next_waiting_.size() >= options_.max_waiting) {
      return absl::ResourceExhaustedError(
          fmt::format("{} callers already wait for a refresh", options_.max_waiting));
    } else if (may_join && !round_->closing && std::ranges::includes(round_->asked, slots)) {
      wait_in(&round_->waiting);
    } else {
      next_slots_.insert(slots.begin(), slots.end());
      wait_in(&next_waiting_);
    }
  }
  if (begun != 0) StartFetches(begun);
  return absl::OkStatus();
}

Refresher::Round& Refresher::MakeRound(Slots slots, std::vector<Done> waiting) {
  const absl::Duration now = clock_.Monotonic();
  round_ = std::make_unique<Round>();
  round_->number = ++rounds_;
  round_->asked = std::move(slots);
  round_->began = now;
  round_->ends = now + options_.budget;
  round_->answers.resize(sources_.size());
  round_->outstanding = round_->asked.size();
  round_->waiting = std::move(waiting);
  return *round_;
}

void Refresher::StartFetches(uint64_t number) {
  std::vector<size_t> begin;
  std::vector<size_t> busy;
  base::CallContext context;
  bool nothing_to_ask = false;
  {
    const base::MutexLock lock(mutex_);
    if (round_ == nullptr || round_->number != number) return;  // its time was up at once
    context.stop = round_->stop.get_token();
    context.deadline = clock_.Now() + std::min(options_.budget, options_.source_deadline);
    for (const size_t slot : round_->asked) (fetching_[slot] ? busy : begin).push_back(slot);
    for (const size_t slot : begin) fetching_[slot] = true;
    nothing_to_ask = round_->asked.empty();
    if (nothing_to_ask) round_->closing = true;
  }
  Reschedule();
  if (nothing_to_ask) return CloseRound();
  for (const size_t slot : begin) {
    const absl::Status accepted = executor_.Submit([this, number, slot, context] {
      const absl::Duration began = clock_.Monotonic();
      auto yield = sources_[slot]->Fetch(context);
      const absl::Duration took = clock_.Monotonic() - began;
      TakeAnswer(number, slot, true, {.yield = std::move(yield), .took = took});
    });
    if (!accepted.ok()) TakeAnswer(number, slot, true, {.yield = accepted, .took = {}});
  }
  for (const size_t slot : busy) {
    const auto still = absl::UnavailableError(
        fmt::format("{} \"{}\": still busy with what an earlier round asked of it",
                    sources_[slot]->type(), sources_[slot]->name()));
    TakeAnswer(number, slot, false, {.yield = still, .took = {}});
  }
}

void Refresher::TakeAnswer(uint64_t number, size_t slot, bool asked, Answer answer) {
  {
    const base::MutexLock lock(mutex_);
    if (asked) fetching_[slot] = false;
    if (round_ == nullptr || round_->number != number || round_->closing) return;  // too late
    round_->answers[slot] = std::move(answer);
    if (--round_->outstanding > 0) return;
    round_->closing = true;
  }
  CloseRound();
}

void Refresher::Tick() {
  std::stop_source stop(std::nostopstate);
  Slots due;
  {
    const base::MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (!running_) return;
    if (round_ != nullptr) {
      if (round_->closing || now < round_->ends) return;
      round_->closing = true;
      stop = round_->stop;
    } else {
      for (size_t i = 0; i < due_.size(); ++i) {
        if (due_[i] <= now) due.insert(i);
      }
    }
  }
  if (stop.stop_possible()) {
    stop.request_stop();
    CloseRound();
  } else if (!due.empty()) {
    BeginOrQueue(due, nullptr, true).IgnoreError();  // refused only when Stop came between
  }
}

absl::Duration Refresher::NextTick() const {
  const base::MutexLock lock(mutex_);
  if (!running_) return absl::InfiniteDuration();
  if (round_ != nullptr) return round_->closing ? absl::InfiniteDuration() : round_->ends;
  const auto first = std::ranges::min_element(due_);
  return first == due_.end() ? absl::InfiniteDuration() : *first;
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
    PublishIfChanged();
  }

  RefreshReport report;
  std::vector<Done> waiting;
  uint64_t begun = 0;
  {
    const base::MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    states_ = ledger_.states();
    report.snapshot = board_.current();
    for (const size_t slot : round->asked) {
      report.sources.push_back(states_[slot]);
      due_[slot] = DueAfterRound(slot, now);
      if (states_[slot].up) last_good_round_ = clock_.Now();
    }
    waiting = std::move(round->waiting);
    round_.reset();
    if (running_ && (!next_slots_.empty() || !next_waiting_.empty())) {
      begun = MakeRound(std::exchange(next_slots_, {}), std::exchange(next_waiting_, {})).number;
    }
  }
  for (const Done& done : waiting) {
    done(running ? absl::StatusOr<RefreshReport>(report)
                 : absl::UnavailableError("the playlist is shutting down"));
  }
  if (begun != 0) {
    StartFetches(begun);
  } else {
    Reschedule();
  }
}

void Refresher::JudgeAnswers(Round* round) {
  const absl::Time now = clock_.Now();
  const absl::Duration took = clock_.Monotonic() - round->began;
  for (const size_t slot : round->asked) {
    auto& answer = round->answers[slot];
    if (!answer) {
      const auto late = absl::DeadlineExceededError(
          fmt::format("{} \"{}\": no answer within {}; see whether it is reachable, or raise "
                      "playlist.refresh_budget",
                      sources_[slot]->type(), sources_[slot]->name(),
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

void Refresher::PublishIfChanged() {
  if (!ledger_.anything_known() && !sources_.empty()) return;
  const absl::Time now = clock_.Now();
  const int64_t shuffle = options_.reshuffle_every > absl::ZeroDuration()
                              ? (now - absl::UnixEpoch()) / options_.reshuffle_every
                              : 0;
  Composition composition =
      Compose(ledger_.Offers(), options_.limits, options_.seed + static_cast<uint64_t>(shuffle));
  if (composition.items_capped) metrics_.Warn(RefreshMetrics::Warning::kItemsCap);
  if (composition.bytes_capped) metrics_.Warn(RefreshMetrics::Warning::kBytesCap);
  if (composition.items_capped || composition.bytes_capped) {
    logger_.Warn("the playlist is capped; raise playlist.max_items or playlist.max_mb for more",
                 {{"items", composition.items.size()}, {"bytes", composition.bytes}});
  }
  ledger_.Keep(composition.items);

  auto snapshot = std::make_shared<Snapshot>();
  snapshot->content_hash = ContentHash(composition.items);
  const auto current = board_.current();
  if (current != nullptr && current->content_hash == snapshot->content_hash) return;
  snapshot->version = {.fence = version_.fence, .sequence = ++version_.sequence};
  snapshot->published = now;
  snapshot->items = std::move(composition.items);
  snapshot->bytes = composition.bytes;
  snapshot->sources = ledger_.states();
  metrics_.SetPlaylist(snapshot->bytes);
  logger_.Info("playlist published", {{"items", snapshot->items.size()},
                                      {"sequence", snapshot->version.sequence},
                                      {"content", snapshot->content_hash}});
  // First to those who wait, then to the disk: a crash between the two serves the one before.
  board_.Publish(snapshot);
  if (store_ == nullptr) return;
  if (const absl::Status saved = store_->Save(*snapshot); !saved.ok()) {
    logger_.Warn("the playlist cannot be stored; a restart will begin with an older one",
                 {{"error", base::MessageOf(saved)}});
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
