#include "services/playlist/refresh/playlist_board.h"

#include <utility>
#include <vector>

namespace marquee::playlist {

std::shared_ptr<const Snapshot> PlaylistBoard::current() const {
  const base::MutexLock lock(mutex_);
  return current_;
}

std::shared_ptr<const Snapshot> PlaylistBoard::Find(const PlaylistVersion& version) const {
  const base::MutexLock lock(mutex_);
  if (current_ != nullptr && current_->version == version) return current_;
  if (previous_ != nullptr && previous_->version == version) return previous_;
  return nullptr;
}

void PlaylistBoard::Publish(std::shared_ptr<const Snapshot> snapshot) {
  std::vector<std::shared_ptr<std::function<void()>>> listeners;
  {
    const base::MutexLock lock(mutex_);
    // What falls off is freed with its last reader; the swap keeps it alive past this lock.
    previous_ = std::exchange(current_, std::move(snapshot));
    listeners_.remove_if([](const Listener& listener) { return listener.expired(); });
    for (const auto& listener : listeners_) {
      if (auto alive = listener.lock()) listeners.push_back(std::move(alive));
    }
  }
  for (const auto& listener : listeners) (*listener)();
}

std::shared_ptr<void> PlaylistBoard::Listen(std::function<void()> listener) {
  auto guard = std::make_shared<std::function<void()>>(std::move(listener));
  const base::MutexLock lock(mutex_);
  listeners_.push_back(guard);
  return guard;
}

}  // namespace marquee::playlist
