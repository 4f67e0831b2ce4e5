// Publishes the current playlist snapshots; readers never wait for a refresh.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "libs/base/listeners.h"
#include "libs/base/mutex.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Thread-safe.
class CurrentPlaylists {
 public:
  // Null until the first Publish.
  std::shared_ptr<const Snapshot> current(PlaylistKind kind = PlaylistKind::kMain) const;
  // The current snapshot or the previous one, so that a reader of pages can finish; null otherwise.
  std::shared_ptr<const Snapshot> Find(const PlaylistVersion& version,
                                       PlaylistKind kind = PlaylistKind::kMain) const;

  // Replaces the current snapshot of that kind, then calls the listeners.
  void Publish(std::shared_ptr<const Snapshot> snapshot, PlaylistKind kind = PlaylistKind::kMain);

  // `listener` is called after each Publish, on the publisher's thread, with no lock held; it must
  // not block. After the returned guard is destroyed no new call begins.
  [[nodiscard]] std::shared_ptr<void> Listen(std::function<void()> listener);

 private:
  struct Versions {
    std::shared_ptr<const Snapshot> current;
    std::shared_ptr<const Snapshot> previous;
  };

  mutable base::Mutex mutex_;
  std::array<Versions, kPlaylistKinds> versions_ MARQUEE_GUARDED_BY(mutex_);  // indexed by kind
  base::Listeners<const std::function<void()>> listeners_;
};

}  // namespace marquee::playlist
