#include "services/playlist/refresh/current_playlists.h"

#include <utility>

namespace marquee::playlist {

std::shared_ptr<const Snapshot> CurrentPlaylists::current(PlaylistKind kind) const {
  const base::MutexLock lock(mutex_);
  return versions_[static_cast<size_t>(kind)].current;
}

std::shared_ptr<const Snapshot> CurrentPlaylists::Find(const PlaylistVersion& version,
                                                       PlaylistKind kind) const {
  const base::MutexLock lock(mutex_);
  const auto& [current, previous] = versions_[static_cast<size_t>(kind)];
  if (current != nullptr && current->version == version) return current;
  if (previous != nullptr && previous->version == version) return previous;
  return nullptr;
}

void CurrentPlaylists::Publish(std::shared_ptr<const Snapshot> snapshot, PlaylistKind kind) {
  {
    const base::MutexLock lock(mutex_);
    // The dropped snapshot is destroyed with its last reader; the swap keeps it alive until the
    // lock is released.
    auto& [current, previous] = versions_[static_cast<size_t>(kind)];
    previous = std::exchange(current, std::move(snapshot));
  }
  listeners_.Each([](const std::function<void()>& listener) { listener(); });
}

std::shared_ptr<void> CurrentPlaylists::Listen(std::function<void()> listener) {
  return listeners_.Add(std::make_shared<const std::function<void()>>(std::move(listener)));
}

}  // namespace marquee::playlist
