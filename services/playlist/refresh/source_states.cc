#include "services/playlist/refresh/source_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/refresh/source_failure.h"

namespace marquee::playlist {

SourceStates::SourceStates(const SourceSlots& source_slots, const Doubt& doubt, obs::Logger& logger,
                           const RefreshMetrics& metrics)
    : doubt_(doubt), logger_(logger), metrics_(metrics) {
  ReplaceSlots(source_slots);
}

void SourceStates::ReplaceSlots(const SourceSlots& source_slots) {
  const SourceSlots before = std::exchange(source_slots_, source_slots);
  auto states = std::exchange(states_, {});
  auto items = std::exchange(items_, std::vector<std::vector<ItemPtr>>(source_slots.size()));
  const auto failures = std::exchange(failures_, std::vector<int>(source_slots.size(), 0));
  const auto in_doubt = std::exchange(in_doubt_, std::vector<bool>(source_slots.size(), false));
  for (size_t i = 0; i < source_slots.size(); ++i) {
    const Source& source = *source_slots[i].source;
    SourceState& state = states_.emplace_back();
    state.name = source.name();
    state.type = source.type();
    const auto known = std::ranges::find_if(states, [&](const SourceState& each) {
      return each.name == source.name() && each.type == source.type();
    });
    if (known == states.end()) continue;
    const auto at = static_cast<size_t>(known - states.begin());
    items_[i] = std::move(items[at]);
    state = std::move(*known);
    if (before[at].source == source_slots[i].source) {
      failures_[i] = failures[at];
      in_doubt_[i] = in_doubt[at];
    } else {
      state.items_found = 0;
    }
  }
}

void SourceStates::Restore(const Snapshot& snapshot) {
  for (SourceState& state : states_) {
    const auto stored = std::ranges::find(snapshot.sources, state.name, &SourceState::name);
    if (stored != snapshot.sources.end() && stored->type == state.type) {
      state = *stored;
      state.up = false;  // until it has responded to this process
    }
  }
}

bool SourceStates::Shrank(size_t source, const SourceYield& yield) const {
  const uint64_t before = states_[source].items_found;
  return !items_[source].empty() && before >= doubt_.at_least &&
         static_cast<double>(yield.found) < doubt_.least_part * static_cast<double>(before);
}

void SourceStates::Judge(size_t source, absl::StatusOr<SourceYield> answer, absl::Duration took,
                         absl::Time at) {
  SourceState& state = states_[source];
  state.last_attempt = at - took;
  state.last_took = took;
  metrics_.FetchTook(state.name, took);
  if (!answer.ok()) {
    Fail(source, FailureKindOf(answer.status()), std::string(base::MessageOf(answer.status())));
  } else if (answer->items.empty() && !items_[source].empty()) {
    metrics_.Warn(RefreshMetrics::Warning::kEmpty);
    Fail(source, SourceFailure::kEmpty,
         fmt::format("{} \"{}\": it returned no items; the last {} are kept", state.type,
                     state.name, items_[source].size()));
  } else if (Shrank(source, *answer) && !in_doubt_[source]) {
    in_doubt_[source] = true;
    metrics_.Warn(RefreshMetrics::Warning::kShrunk);
    Fail(source, SourceFailure::kShrunk,
         fmt::format("{} \"{}\": it returned only {} titles after {}; the previous ones "
                     "are kept until a second read confirms the loss",
                     state.type, state.name, answer->found, state.items_found));
  } else {
    Succeed(source, *std::move(answer), at);
  }
}

void SourceStates::Succeed(size_t source, SourceYield yield, absl::Time at) {
  SourceState& state = states_[source];
  if (failures_[source] > 0) {
    logger_.Info("source works again", {{"source", state.name},
                                        {"items", yield.items.size()},
                                        {"failed_rounds", failures_[source]}});
  }
  failures_[source] = 0;
  in_doubt_[source] = false;
  if (yield.warnings != state.warnings) {
    for (const auto& warning : yield.warnings) {
      logger_.Warn("source has a warning", {{"source", state.name}, {"warning", warning}});
    }
  }
  state.up = true;
  state.last_success = at;
  state.last_error.clear();
  state.failure = SourceFailure::kNone;
  state.warnings = std::move(yield.warnings);
  state.items_found = yield.found;
  state.skipped = yield.skipped;
  items_[source] = ShareItems(yield.items, items_[source]);
}

void SourceStates::Fail(size_t source, SourceFailure kind, std::string error) {
  SourceState& state = states_[source];
  if (failures_[source]++ == 0) {
    const bool ever = state.last_success != absl::InfinitePast();
    const auto age = ever ? state.last_attempt - state.last_success : absl::ZeroDuration();
    logger_.Warn("source failed; its previous items are kept",
                 {{"source", state.name},
                  {"error", error},
                  {"items", items_[source].size()},
                  {"age_s", absl::ToInt64Seconds(age)}});
  }
  state.up = false;
  state.failure = kind;
  state.last_error = std::move(error);
}

std::vector<std::vector<ItemPtr>> SourceStates::Offers(PlaylistKind kind) const {
  std::vector<std::vector<ItemPtr>> offers(items_.size());
  for (size_t i = 0; i < items_.size(); ++i) {
    for (const ItemPtr& item : items_[i]) {
      if (KindOf(item->item) == kind) offers[i].push_back(item);
    }
  }
  return offers;
}

void SourceStates::Keep(const std::vector<ItemPtr>& published, const std::vector<ItemPtr>& spare) {
  for (auto& own : items_) own.clear();
  Add(published);
  for (size_t i = 0; i < states_.size(); ++i) states_[i].items = items_[i].size();
  Add(spare);
}

void SourceStates::Add(const std::vector<ItemPtr>& items) {
  for (ItemPtr& part : PartsOf(items)) {
    const auto at = std::ranges::find(states_, part->item.server_name, &SourceState::name);
    if (at == states_.end() || at->type != part->item.source) continue;
    items_[static_cast<size_t>(at - states_.begin())].push_back(std::move(part));
  }
}

bool SourceStates::anything_known() const {
  return std::ranges::any_of(
      states_, [](const SourceState& state) { return state.last_success != absl::InfinitePast(); });
}

absl::Duration SourceStates::RetryAfter(size_t source, const Retry& retry) const {
  if (failures_[source] == 0) return absl::ZeroDuration();
  const int doublings = std::min(failures_[source] - 1, 16);
  return std::min(retry.first * (1 << doublings), retry.longest);
}

}  // namespace marquee::playlist
