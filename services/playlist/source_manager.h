// Keeps the sources: those of the configuration file, which stay as they are, and those that people
// add at run time, which come, change and go. What has not changed stays the same object, with all
// that it has learned of its server.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/struct.pb.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "services/playlist/added_sources.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/refresh/source_states.h"
#include "services/playlist/source_factory.h"
#include "services/playlist/sources/active_sources.h"

namespace marquee::playlist {

class LocalSource;

// Thread-safe. Metric: marquee_sources_added{result}, what became of those in the document.
class SourceManager {
 public:
  // Contacts no server. The error says which source of the file cannot be used and what to change.
  // `deps` must outlive the manager and whoever holds one of its sources.
  static absl::StatusOr<std::unique_ptr<SourceManager>> Create(const PlaylistSettings& settings,
                                                               const SourceDeps& deps);

  // Sources of an earlier run that the file does not name are awaited: until the document comes,
  // somebody stands in for them, so that what is stored of them is shown. Before TakeAdded.
  void Await(const std::vector<SourceState>& stored);

  // The document as it is now. An entry that cannot be used is refused with a word in the log and
  // in the list of sources, and keeps the items it had; the others are not touched. A name of the
  // file is the file's. By one thread at a time.
  void TakeAdded(const google::protobuf::Struct& body);
  // `changed` is called at the end of each TakeAdded, on its thread. Before the first.
  void OnTaken(std::function<void()> changed) { on_taken_ = std::move(changed); }

  // Those that are switched on.
  const ActiveSources& active_sources() const { return active_sources_; }
  SourceSlots source_slots() const;
  std::vector<std::shared_ptr<const LocalSource>> watched_folders() const;
  // Of all.
  std::vector<SourceInfo> infos() const;
  // Of all that have some.
  std::vector<SourceSettings> settings() const;

 private:
  struct Kept {
    SourceSettings settings;
    SourceInfo info;
    std::shared_ptr<Source> source;  // null: it is switched off
    std::shared_ptr<const LocalSource> watched = nullptr;
    bool usable = true;  // else somebody stands in for it
  };

  explicit SourceManager(const SourceDeps& deps);

  static absl::StatusOr<Kept> Keep(const SourceSettings& settings, const SourceDeps& deps);
  // Somebody who stands in for it.
  static Kept StandIn(const std::string& name, const std::string& type, const std::string& why);
  // The entry as it is kept from now on: as before if it has not changed.
  Kept KeepAdded(AddedSource entry, const std::vector<Kept>& before) const;
  void Note(const std::vector<Kept>& before, const std::vector<Kept>& after) const;
  void SetAdded(std::vector<Kept> added, std::vector<std::string> shadowed);
  std::vector<Kept> all() const;

  const SourceDeps deps_;
  std::function<void()> on_taken_;
  ActiveSources active_sources_;
  mutable base::Mutex mutex_;
  std::vector<Kept> of_file_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<Kept> added_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
