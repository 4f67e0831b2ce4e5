// Manages all sources: those of the configuration file, which never change, and run-time sources,
// which are added, changed and removed. An unchanged source stays the same object, with its
// knowledge of the server.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/struct.pb.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/refresh/source_states.h"
#include "services/playlist/sources/active_sources.h"
#include "services/playlist/sources_config/added_sources.h"
#include "services/playlist/sources_config/source_factory.h"

namespace marquee::playlist {

class LocalSource;

// Thread-safe. Metric: marquee_sources_added{result}: run-time sources by state.
class SourceManager {
 public:
  // Contacts no server. The error names the source of the file that cannot be used and says what to
  // change. `deps` must outlive the manager and all users of its sources.
  static absl::StatusOr<std::unique_ptr<SourceManager>> Create(const PlaylistSettings& settings,
                                                               const SourceDeps& deps);

  // Creates placeholders for run-time sources of an earlier run, so that their stored items are
  // shown until their settings arrive. Call before TakeAdded.
  void Await(const std::vector<SourceState>& stored);

  // Applies the current document. An invalid entry is reported in the log and in the list of
  // sources, and keeps its items; the others are not affected. If a name also exists in the file,
  // the source of the file wins. One thread at a time.
  void TakeAdded(const google::protobuf::Struct& body);
  // `changed` is called at the end of each TakeAdded, on its thread. Call before the first
  // TakeAdded.
  void OnTaken(std::function<void()> changed) { on_taken_ = std::move(changed); }

  // The enabled sources.
  const ActiveSources& active_sources() const { return active_sources_; }
  SourceSlots source_slots() const;
  std::vector<std::shared_ptr<const LocalSource>> watched_folders() const;
  // Of all sources.
  std::vector<SourceInfo> infos() const;
  // Of all sources with valid settings.
  std::vector<SourceSettings> settings() const;

 private:
  struct ManagedSource {
    SourceSettings settings;
    SourceInfo info;
    std::shared_ptr<Source> source;  // null: disabled
    std::shared_ptr<const LocalSource> watched = nullptr;
    bool usable = true;  // false: `source` is an UnusableSource
  };

  explicit SourceManager(const SourceDeps& deps);

  static absl::StatusOr<ManagedSource> CreateManaged(const SourceSettings& settings,
                                                     const SourceDeps& deps);
  // An UnusableSource that reports `why`.
  static ManagedSource MakeUnusable(const std::string& name, const std::string& type,
                                    const std::string& why);
  // Creates the entry, or returns the previous one if it is unchanged.
  ManagedSource CreateAdded(AddedSource entry, const std::vector<ManagedSource>& before) const;
  void Note(const std::vector<ManagedSource>& before,
            const std::vector<ManagedSource>& after) const;
  void SetAdded(std::vector<ManagedSource> added, std::vector<std::string> shadowed);
  std::vector<ManagedSource> all() const;

  const SourceDeps deps_;
  std::function<void()> on_taken_;
  ActiveSources active_sources_;
  mutable base::Mutex mutex_;
  std::vector<ManagedSource> of_file_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<ManagedSource> added_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
