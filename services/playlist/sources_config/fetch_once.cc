#include "services/playlist/sources_config/fetch_once.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/values.h"
#include "services/playlist/sources_config/http_options.h"
#include "services/playlist/sources_config/source_factory.h"

namespace marquee::playlist {
namespace {

std::string LineOf(const Item& item) {
  return fmt::format("{:<6} {:>4}  {}{}{}\n", item.type.empty() ? "-" : item.type,
                     item.year ? std::to_string(*item.year) : "-", item.title,
                     item.library.empty() ? "" : fmt::format("  [{}]", item.library),
                     item.background_url.empty() ? "  (no background)" : "");
}

std::string Report(const SourceSettings& settings, const SourceYield& yield, absl::Duration took) {
  std::map<std::string, int> types;
  std::vector<const Item*> items;
  for (const ItemPtr& item : yield.items) {
    ++types[item->item.type.empty() ? "untyped" : item->item.type];
    items.push_back(&item->item);
  }
  std::ranges::sort(items, {}, [](const Item* item) { return std::pair(item->type, item->title); });
  std::string text = fmt::format("{} \"{}\": {} of {} titles in {:.2f} s, {} entries skipped\n",
                                 settings.type(), settings.name(), items.size(), yield.found,
                                 absl::ToDoubleSeconds(took), yield.skipped);
  for (const auto& [type, count] : types) text += fmt::format("  {:<8} {}\n", type, count);
  for (const std::string& warning : yield.warnings) text += fmt::format("note: {}\n", warning);
  for (const Item* item : items) text += LineOf(*item);
  return text;
}

}  // namespace

absl::StatusOr<std::string> FetchOnce(const PlaylistSettings& settings, std::string_view name,
                                      const FetchOnceDeps& deps) {
  const auto wanted = std::ranges::find(settings.sources(), name, &SourceSettings::name);
  if (wanted == settings.sources().end()) {
    std::vector<std::string> names;
    for (const SourceSettings& source : settings.sources()) names.push_back(source.name());
    const std::string nearest = base::Nearest(name, names);
    return absl::NotFoundError(
        fmt::format("no source \"{}\" in the settings{}", name,
                    nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
  }
  MARQUEE_ASSIGN_OR_RETURN(
      const auto http,
      httpc::OutgoingHttp::Create(HttpOptions(settings.upstream()), {deps.clock, deps.metrics}));
  MARQUEE_ASSIGN_OR_RETURN(const auto source,
                           MakeSource(*wanted, {deps.clock, deps.logger, deps.metrics, *http}));
  base::CallContext context;
  context.deadline = deps.clock.Now() + config::DurationOf(settings.playlist().refresh_budget());
  const absl::Duration began = deps.clock.Monotonic();
  MARQUEE_ASSIGN_OR_RETURN(const SourceYield yield, source->Fetch(context));
  return Report(*wanted, yield, deps.clock.Monotonic() - began);
}

}  // namespace marquee::playlist
