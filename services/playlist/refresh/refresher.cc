#include "services/playlist/refresh/refresher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

std::vector<std::string> NamesOf(const SourceSlots& source_slots) {
  std::vector<std::string> names;
  for (const SourceSlot& source_slot : source_slots) names.emplace_back(source_slot.source->name());
  return names;
}

}  // namespace

Refresher::Refresher(const SourceSlots& source_slots, Options options, const Deps& deps)
    : options_(std::move(options)),
      clock_(deps.clock),
      executor_(deps.executor),
      logger_(deps.logger),
      current_playlists_(deps.current_playlists),
      metrics_(deps.metrics),
      source_states_({}, options_.doubt, logger_, metrics_),
      placeholders_(options_.placeholders, clock_, deps.metrics),
      publisher_(options_.publish, {clock_, logger_, metrics_, current_playlists_, placeholders_,
                                    deps.store, deps.substitutes}),
      awaits_sources_(options_.awaits_sources) {
  FillSlots(source_slots);
}

void Refresher::Restore() {
  const absl::Time published = publisher_.Restore(&source_states_);
  const base::MutexLock lock(mutex_);
  states_ = source_states_.states();
  last_good_round_ = published;
}

void Refresher::Replace(SourceSlots source_slots) {
  {
    const base::MutexLock lock(mutex_);
    awaits_sources_ = false;
    next_source_slots_ = std::move(source_slots);
    if (round_ != nullptr) return;  // the thread that ends the round checks again
    MakePlaceholderRound();
  }
  ReleasePlaceholderRound();
}

void Refresher::MakePlaceholderRound() {
  round_ = std::make_unique<Round>();
  round_->closing = true;
}

void Refresher::TakePlaceholder(std::string_view poster_url, Placeholder placeholder) {
  const absl::Duration due = placeholders_.due();
  placeholders_.Take(poster_url, std::move(placeholder));
  if (placeholders_.due() != due) Reschedule();
}

void Refresher::FillSlots(const SourceSlots& source_slots) {
  source_states_.ReplaceSlots(source_slots);
  metrics_.SetNames(NamesOf(source_slots));
  const base::MutexLock lock(mutex_);
  const Places before = std::exchange(places_, {});
  const Slots asked = std::exchange(next_slots_, {});
  for (const SourceSlot& source_slot : source_slots) {
    const auto known = std::ranges::find(before, source_slot.source, &Place::source);
    const bool fresh = known == before.end();
    const size_t slot = places_.size();
    places_.push_back(fresh ? std::make_shared<Place>(source_slot.source) : *known);
    const bool wanted = !fresh && asked.contains(static_cast<size_t>(known - before.begin()));
    if (wanted || (fresh && running_)) next_slots_.insert(slot);
  }
  states_ = source_states_.states();
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
  // Fails only if nothing runs, in which case Start reads all sources, or if the source was
  // removed.
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
      fmt::format("no source \"{}\"{}", name,
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
    if (!running_) return absl::UnavailableError("the playlist refresh has not been started");
    if (round_ == nullptr) {
      std::vector<Done> waiting;
      wait_in(&waiting);
      begun = MakeRound(slots, std::move(waiting), full).number;
    } else if (done != nullptr &&
               round_->waiting.size() + next_waiting_.size() >= options_.max_waiting) {
      return absl::ResourceExhaustedError(fmt::format(
          "{} callers already wait for a refresh; try again later", options_.max_waiting));
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

void Refresher::Tick() {
  std::stop_source stop(std::nostopstate);
  std::set<std::string> due;
  bool publish = false;
  bool complete = false;
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
      complete = due.empty() && placeholders_.due() <= now;
      if (complete) MakePlaceholderRound();
    }
  }
  if (publish) {
    PublishWhatHasCome();
  } else if (stop.stop_possible()) {
    stop.request_stop();
    CloseRound();
  } else if (!due.empty()) {
    BeginOrQueue(due, nullptr, true, false)
        .IgnoreError();  // fails only if Stop or Replace was called meanwhile
  } else if (complete) {
    PublishIfKnown();
    ReleasePlaceholderRound();
  }
}

absl::Duration Refresher::NextTick() const {
  const base::MutexLock lock(mutex_);
  if (!running_) return absl::InfiniteDuration();
  if (round_ != nullptr) {
    if (round_->closing || round_->publishing) return absl::InfiniteDuration();
    return std::min(round_->ends, round_->publish_at);
  }
  absl::Duration first = placeholders_.due();
  for (const auto& place : places_) first = std::min(first, place->due);
  return first;
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
