#include "services/playlist/operations/source_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::playlist {

absl::StatusOr<Source*> SourceDesk::Find(std::string_view name) const {
  const auto found = std::ranges::find(sources_, name, &Source::name);
  if (found != sources_.end()) return *found;
  std::vector<std::string> names;
  for (const Source* source : sources_) names.emplace_back(source->name());
  const std::string nearest = base::Nearest(name, names);
  return absl::NotFoundError(
      fmt::format("there is no source of that name{}",
                  nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

absl::StatusOr<Source*> SourceDesk::FindOrMake(const SourceTrial& trial,
                                               std::unique_ptr<Source>* made) const {
  if (trial.is_only_a_name()) return Find(trial.name);
  MARQUEE_ASSIGN_OR_RETURN(*made, make_(trial));
  return made->get();
}

base::CallContext SourceDesk::Limit(const base::CallContext& context) const {
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + kPatience);
  return limited;
}

absl::StatusOr<ServerInfo> SourceDesk::Test(const SourceTrial& trial,
                                            const base::CallContext& context) const {
  std::unique_ptr<Source> made;
  MARQUEE_ASSIGN_OR_RETURN(Source * source, FindOrMake(trial, &made));
  return source->Test(Limit(context));
}

absl::StatusOr<std::vector<LibraryInfo>> SourceDesk::ListLibraries(
    const SourceTrial& trial, const base::CallContext& context) const {
  std::unique_ptr<Source> made;
  MARQUEE_ASSIGN_OR_RETURN(Source * source, FindOrMake(trial, &made));
  return source->ListLibraries(Limit(context));
}

absl::StatusOr<FilterCounts> SourceDesk::Preview(std::string_view name, const FilterTrial& trial,
                                                 const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(Source * source, Find(name));
  return source->Preview(trial, Limit(context));
}

absl::StatusOr<std::vector<Extra>> SourceDesk::ExtrasOf(const Item& item,
                                                        const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(Source * source, Find(item.server_name));
  auto extras = source->ExtrasOf(item, Limit(context));
  // A kind of source that keeps no extras has none of this title.
  if (absl::IsUnimplemented(extras.status())) return std::vector<Extra>();
  return extras;
}

absl::StatusOr<std::vector<Extra>> SourceDesk::ExtrasByTmdbId(
    int64_t id, std::string_view type, const base::CallContext& context) const {
  for (Source* source : sources_) {
    auto extras = source->ExtrasByTmdbId(id, type, Limit(context));
    if (!absl::IsUnimplemented(extras.status())) return extras;
  }
  return absl::FailedPreconditionError(
      "no source knows The Movie Database; add one of type tmdb to look up trailers");
}

}  // namespace marquee::playlist
