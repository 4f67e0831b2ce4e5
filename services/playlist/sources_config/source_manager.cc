#include "services/playlist/sources_config/source_manager.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/sources/unusable_source.h"

namespace marquee::playlist {
namespace {

constexpr auto kSame = google::protobuf::util::MessageDifferencer::Equals;

}  // namespace

SourceManager::SourceManager(const SourceDeps& deps) : deps_(deps) {}

absl::StatusOr<std::unique_ptr<SourceManager>> SourceManager::Create(
    const PlaylistSettings& settings, const SourceDeps& deps) {
  std::unique_ptr<SourceManager> manager(new SourceManager(deps));
  const base::MutexLock lock(manager->mutex_);
  SourceList sources;
  for (int i = 0; i < settings.sources_size(); ++i) {
    auto kept = Keep(settings.sources(i), deps);
    if (!kept.ok()) return base::Annotate(kept.status(), fmt::format("sources[{}]", i));
    if (kept->source != nullptr) sources.push_back(kept->source);
    manager->of_file_.push_back(*std::move(kept));
  }
  manager->active_sources_.Replace(std::move(sources));
  return manager;
}

absl::StatusOr<SourceManager::Kept> SourceManager::Keep(const SourceSettings& settings,
                                                        const SourceDeps& deps) {
  Kept kept{.settings = settings, .info = InfoOf(settings), .source = nullptr};
  // Disabled sources are created once too, so that invalid settings are reported immediately.
  MARQUEE_ASSIGN_OR_RETURN(std::shared_ptr<Source> source, MakeSource(settings, deps));
  if (!kept.info.is_enabled) return kept;
  if (const auto local = std::dynamic_pointer_cast<const LocalSource>(source); local != nullptr) {
    kept.info.location = local->root().path().string();
    if (settings.watch()) kept.watched = local;
  }
  kept.source = std::move(source);
  return kept;
}

SourceManager::Kept SourceManager::StandIn(const std::string& name, const std::string& type,
                                           const std::string& why) {
  Kept kept;
  kept.settings.set_name(name);
  kept.settings.set_type(type);
  kept.info = InfoOf(kept.settings);
  kept.info.is_remote = false;
  kept.info.libraries.clear();
  kept.info.is_added = true;
  kept.usable = false;
  // Messages of a source already begin with its name.
  const std::string who = fmt::format("{} \"{}\": ", type, name);
  kept.source =
      std::make_shared<UnusableSource>(name, type, why.starts_with(who) ? why : who + why);
  return kept;
}

void SourceManager::Await(const std::vector<SourceState>& stored) {
  const auto known = infos();
  std::vector<Kept> awaited;
  for (const SourceState& state : stored) {
    if (std::ranges::find(known, state.name, &SourceInfo::name) != known.end()) continue;
    awaited.push_back(
        StandIn(state.name, state.type,
                "its settings have not been received from the devices service yet; check "
                "whether that service is reachable"));
  }
  SetAdded(std::move(awaited), {});
}

SourceManager::Kept SourceManager::KeepAdded(AddedSource entry,
                                             const std::vector<Kept>& before) const {
  absl::Status refused = entry.settings.status();
  if (refused.ok()) {
    const auto same = std::ranges::find_if(before, [&entry](const Kept& kept) {
      return kept.usable && kSame(kept.settings, *entry.settings);
    });
    if (same != before.end()) return *same;
    auto kept = Keep(*entry.settings, deps_);
    if (kept.ok()) {
      kept->info.is_added = true;
      return *std::move(kept);
    }
    refused = kept.status();
  }
  Kept kept = StandIn(entry.name, entry.type, std::string(base::MessageOf(refused)));
  deps_.logger.Warn("a run-time source cannot be used; its previous items are kept",
                    {{"source", entry.name}, {"error", base::MessageOf(refused)}});
  return kept;
}

void SourceManager::TakeAdded(const google::protobuf::Struct& body) {
  std::vector<Kept> before;
  std::vector<std::string> of_file;
  {
    const base::MutexLock lock(mutex_);
    before = added_;
    for (const Kept& kept : of_file_) of_file.push_back(kept.info.name);
  }
  std::vector<Kept> after;
  std::vector<std::string> shadowed;
  for (AddedSource& entry : AddedSourcesOf(body)) {
    const auto same_name = [&entry](const Kept& kept) { return kept.info.name == entry.name; };
    if (std::ranges::find(of_file, entry.name) != of_file.end()) {
      shadowed.push_back(entry.name);
    } else if (entry.name.empty() || std::ranges::any_of(after, same_name)) {
      deps_.logger.Warn(
          "a run-time source is ignored",
          {{"source", entry.name}, {"error", base::MessageOf(entry.settings.status())}});
    } else {
      after.push_back(KeepAdded(std::move(entry), before));
    }
  }
  Note(before, after);
  SetAdded(std::move(after), std::move(shadowed));
  if (on_taken_) on_taken_();
}

void SourceManager::Note(const std::vector<Kept>& before, const std::vector<Kept>& after) const {
  size_t same = 0;
  std::map<std::string, double> results{{"used", 0}, {"off", 0}, {"refused", 0}};
  for (const Kept& kept : after) {
    const bool was = std::ranges::find(before, kept.source, &Kept::source) != before.end();
    if (was && kept.source != nullptr) ++same;
    ++results[!kept.usable ? "refused" : kept.source == nullptr ? "off" : "used"];
  }
  for (const auto& [result, count] : results) {
    deps_.metrics.gauge("marquee_sources_added", "Run-time sources by state.", {{"result", result}})
        .Set(count);
  }
  if (same == before.size() && same == after.size()) return;
  deps_.logger.Info("run-time sources", {{"used", static_cast<int>(results["used"])},
                                         {"off", static_cast<int>(results["off"])},
                                         {"refused", static_cast<int>(results["refused"])},
                                         {"unchanged", same}});
}

void SourceManager::SetAdded(std::vector<Kept> added, std::vector<std::string> shadowed) {
  const base::MutexLock lock(mutex_);
  added_ = std::move(added);
  SourceList sources;
  for (Kept& kept : of_file_) {
    kept.info.remarks.clear();
    if (std::ranges::find(shadowed, kept.info.name) != shadowed.end()) {
      kept.info.remarks = {
          "a run-time source has the same name; the source of the configuration file is "
          "used; rename the run-time source"};
    }
    if (kept.source != nullptr) sources.push_back(kept.source);
  }
  for (const Kept& kept : added_) {
    if (kept.source != nullptr) sources.push_back(kept.source);
  }
  active_sources_.Replace(std::move(sources));
}

std::vector<SourceManager::Kept> SourceManager::all() const {
  const base::MutexLock lock(mutex_);
  std::vector<Kept> all = of_file_;
  all.insert(all.end(), added_.begin(), added_.end());
  return all;
}

SourceSlots SourceManager::source_slots() const {
  SourceSlots source_slots;
  for (const Kept& kept : all()) {
    if (kept.source == nullptr) continue;
    source_slots.push_back({.source = kept.source,
                            .weight = std::max(1.0, static_cast<double>(kept.settings.weight())),
                            .merge = !kept.settings.has_merge() || kept.settings.merge(),
                            .demo = kept.settings.demo()});
  }
  return source_slots;
}

std::vector<std::shared_ptr<const LocalSource>> SourceManager::watched_folders() const {
  std::vector<std::shared_ptr<const LocalSource>> folders;
  for (const Kept& kept : all()) {
    if (kept.watched != nullptr) folders.push_back(kept.watched);
  }
  return folders;
}

std::vector<SourceInfo> SourceManager::infos() const {
  std::vector<SourceInfo> infos;
  for (const Kept& kept : all()) infos.push_back(kept.info);
  return infos;
}

std::vector<SourceSettings> SourceManager::settings() const {
  std::vector<SourceSettings> settings;
  for (const Kept& kept : all()) {
    if (kept.usable) settings.push_back(kept.settings);
  }
  return settings;
}

}  // namespace marquee::playlist
