#include "services/playlist/operations/source_queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::playlist {

namespace {

obs::Counter Previews(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_source_previews_total",
                         "Filter previews: counted at the source, or kept from a recent one.",
                         {{"result", result}});
}

}  // namespace

SourceQueries::SourceQueries(const ActiveSources& active_sources, MakeSource make,
                             const base::Clock& clock, obs::Metrics& metrics)
    : active_sources_(active_sources),
      make_(std::move(make)),
      clock_(clock),
      kept_(Previews(metrics, "kept")),
      counted_(Previews(metrics, "counted")) {}

absl::StatusOr<std::shared_ptr<Source>> SourceQueries::Find(std::string_view name) const {
  const auto sources = active_sources_.sources();
  const auto found = std::ranges::find(*sources, name, &Source::name);
  if (found != sources->end()) return *found;
  std::vector<std::string> names;
  for (const auto& source : *sources) names.emplace_back(source->name());
  const std::string nearest = base::Nearest(name, names);
  return absl::NotFoundError(fmt::format(
      "unknown source{}", nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

absl::StatusOr<std::shared_ptr<Source>> SourceQueries::FindOrMake(const SourceTrial& trial) const {
  if (trial.is_only_a_name()) return Find(trial.name);
  return make_(trial);
}

base::CallContext SourceQueries::Limit(const base::CallContext& context) const {
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + kPatience);
  return limited;
}

absl::StatusOr<ServerInfo> SourceQueries::Test(const SourceTrial& trial,
                                               const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(const auto source, FindOrMake(trial));
  return source->Test(Limit(context));
}

absl::StatusOr<std::vector<LibraryInfo>> SourceQueries::ListLibraries(
    const SourceTrial& trial, const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(const auto source, FindOrMake(trial));
  return source->ListLibraries(Limit(context));
}

absl::StatusOr<FilterCounts> SourceQueries::Preview(std::string_view name, const FilterTrial& trial,
                                                    const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(const auto source, Find(name));
  const absl::Time now = clock_.Now();
  {
    const base::MutexLock lock(mutex_);
    while (!previews_.empty() && previews_.front().until <= now) previews_.pop_front();
    const auto same = std::ranges::find_if(previews_, [&](const CachedPreview& kept) {
      return kept.source.lock() == source && kept.trial == trial;
    });
    if (same != previews_.end()) {
      kept_.Add();
      return same->counts;
    }
  }
  counted_.Add();
  auto counts = source->Preview(trial, Limit(context));
  if (!counts.ok()) return counts;
  const base::MutexLock lock(mutex_);
  if (previews_.size() >= kMaxPreviews) previews_.pop_front();
  previews_.push_back({source, trial, *counts, clock_.Now() + kPreviewAge});
  return counts;
}

absl::StatusOr<std::vector<Extra>> SourceQueries::ExtrasOf(const Item& item,
                                                           const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(const auto source, Find(item.server_name));
  auto extras = source->ExtrasOf(item, Limit(context));
  // This kind of source has no extras.
  if (absl::IsUnimplemented(extras.status())) return std::vector<Extra>();
  return extras;
}

absl::StatusOr<std::vector<Extra>> SourceQueries::ExtrasByTmdbId(
    int64_t id, std::string_view type, const base::CallContext& context) const {
  const auto sources = active_sources_.sources();
  for (const auto& source : *sources) {
    auto extras = source->ExtrasByTmdbId(id, type, Limit(context));
    if (!absl::IsUnimplemented(extras.status())) return extras;
  }
  return absl::FailedPreconditionError(
      "no source of type tmdb is configured; add one to look up trailers");
}

}  // namespace marquee::playlist
