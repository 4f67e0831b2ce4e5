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
    auto managed = CreateManaged(settings.sources(i), deps);
    if (!managed.ok()) return base::Annotate(managed.status(), fmt::format("sources[{}]", i));
    if (managed->source != nullptr) sources.push_back(managed->source);
    manager->of_file_.push_back(*std::move(managed));
  }
  manager->active_sources_.Replace(std::move(sources));
  return manager;
}

absl::StatusOr<SourceManager::ManagedSource> SourceManager::CreateManaged(
    const SourceSettings& settings, const SourceDeps& deps) {
  ManagedSource managed{.settings = settings, .info = InfoOf(settings), .source = nullptr};
  // Disabled sources are created once too, so that invalid settings are reported immediately.
  MARQUEE_ASSIGN_OR_RETURN(std::shared_ptr<Source> source, MakeSource(settings, deps));
  if (!managed.info.is_enabled) return managed;
  if (const auto local = std::dynamic_pointer_cast<const LocalSource>(source); local != nullptr) {
    managed.info.location = local->root().path().string();
    if (settings.watch()) managed.watched = local;
  }
  managed.source = std::move(source);
  return managed;
}

SourceManager::ManagedSource SourceManager::MakeUnusable(const std::string& name,
                                                         const std::string& type,
                                                         const std::string& why) {
  ManagedSource managed;
  managed.settings.set_name(name);
  managed.settings.set_type(type);
  managed.info = InfoOf(managed.settings);
  managed.info.is_remote = false;
  managed.info.libraries.clear();
  managed.info.is_added = true;
  managed.usable = false;
  // Messages of a source already begin with its name.
  const std::string who = fmt::format("{} \"{}\": ", type, name);
  managed.source =
      std::make_shared<UnusableSource>(name, type, why.starts_with(who) ? why : who + why);
  return managed;
}

void SourceManager::Await(const std::vector<SourceState>& stored) {
  const auto known = infos();
  std::vector<ManagedSource> awaited;
  for (const SourceState& state : stored) {
    if (std::ranges::find(known, state.name, &SourceInfo::name) != known.end()) continue;
    awaited.push_back(
        MakeUnusable(state.name, state.type,
                     "its settings have not been received from the devices service yet; check "
                     "whether that service is reachable"));
  }
  SetAdded(std::move(awaited), {});
}

SourceManager::ManagedSource SourceManager::CreateAdded(
    AddedSource entry, const std::vector<ManagedSource>& before) const {
  absl::Status refused = entry.settings.status();
  if (refused.ok()) {
    const auto same = std::ranges::find_if(before, [&entry](const ManagedSource& managed) {
      return managed.usable && kSame(managed.settings, *entry.settings);
    });
    if (same != before.end()) return *same;
    auto managed = CreateManaged(*entry.settings, deps_);
    if (managed.ok()) {
      managed->info.is_added = true;
      return *std::move(managed);
    }
    refused = managed.status();
  }
  ManagedSource managed =
      MakeUnusable(entry.name, entry.type, std::string(base::MessageOf(refused)));
  deps_.logger.Warn("a run-time source cannot be used; its previous items are kept",
                    {{"source", entry.name}, {"error", base::MessageOf(refused)}});
  return managed;
}

void SourceManager::TakeAdded(const google::protobuf::Struct& body) {
  std::vector<ManagedSource> before;
  std::vector<std::string> of_file;
  {
    const base::MutexLock lock(mutex_);
    before = added_;
    for (const ManagedSource& managed : of_file_) of_file.push_back(managed.info.name);
  }
  std::vector<ManagedSource> after;
  std::vector<std::string> shadowed;
  for (AddedSource& entry : AddedSourcesOf(body)) {
    const auto same_name = [&entry](const ManagedSource& managed) {
      return managed.info.name == entry.name;
    };
    if (std::ranges::find(of_file, entry.name) != of_file.end()) {
      shadowed.push_back(entry.name);
    } else if (entry.name.empty() || std::ranges::any_of(after, same_name)) {
      deps_.logger.Warn(
          "a run-time source is ignored",
          {{"source", entry.name}, {"error", base::MessageOf(entry.settings.status())}});
    } else {
      after.push_back(CreateAdded(std::move(entry), before));
    }
  }
  Note(before, after);
  SetAdded(std::move(after), std::move(shadowed));
  if (on_taken_) on_taken_();
}

void SourceManager::Note(const std::vector<ManagedSource>& before,
                         const std::vector<ManagedSource>& after) const {
  size_t same = 0;
  std::map<std::string, double> results{{"used", 0}, {"off", 0}, {"refused", 0}};
  for (const ManagedSource& managed : after) {
    const bool was =
        std::ranges::find(before, managed.source, &ManagedSource::source) != before.end();
    if (was && managed.source != nullptr) ++same;
    ++results[!managed.usable ? "refused" : managed.source == nullptr ? "off" : "used"];
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

void SourceManager::SetAdded(std::vector<ManagedSource> added, std::vector<std::string> shadowed) {
  const base::MutexLock lock(mutex_);
  added_ = std::move(added);
  SourceList sources;
  for (ManagedSource& managed : of_file_) {
    managed.info.remarks.clear();
    if (std::ranges::find(shadowed, managed.info.name) != shadowed.end()) {
      managed.info.remarks = {
          "a run-time source has the same name; the source of the configuration file is "
          "used; rename the run-time source"};
    }
    if (managed.source != nullptr) sources.push_back(managed.source);
  }
  for (const ManagedSource& managed : added_) {
    if (managed.source != nullptr) sources.push_back(managed.source);
  }
  active_sources_.Replace(std::move(sources));
}

std::vector<SourceManager::ManagedSource> SourceManager::all() const {
  const base::MutexLock lock(mutex_);
  std::vector<ManagedSource> all = of_file_;
  all.insert(all.end(), added_.begin(), added_.end());
  return all;
}

SourceSlots SourceManager::source_slots() const {
  SourceSlots source_slots;
  for (const ManagedSource& managed : all()) {
    if (managed.source == nullptr) continue;
    source_slots.push_back({.source = managed.source,
                            .weight = std::max(1.0, static_cast<double>(managed.settings.weight())),
                            .merge = !managed.settings.has_merge() || managed.settings.merge(),
                            .demo = managed.settings.demo()});
  }
  return source_slots;
}

std::vector<std::shared_ptr<const LocalSource>> SourceManager::watched_folders() const {
  std::vector<std::shared_ptr<const LocalSource>> folders;
  for (const ManagedSource& managed : all()) {
    if (managed.watched != nullptr) folders.push_back(managed.watched);
  }
  return folders;
}

std::vector<SourceInfo> SourceManager::infos() const {
  std::vector<SourceInfo> infos;
  for (const ManagedSource& managed : all()) infos.push_back(managed.info);
  return infos;
}

std::vector<SourceSettings> SourceManager::settings() const {
  std::vector<SourceSettings> settings;
  for (const ManagedSource& managed : all()) {
    if (managed.usable) settings.push_back(managed.settings);
  }
  return settings;
}

}  // namespace marquee::playlist
