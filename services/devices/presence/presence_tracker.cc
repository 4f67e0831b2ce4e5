#include "services/devices/presence/presence_tracker.h"

#include <algorithm>
#include <utility>

namespace marquee::devices {

PresenceTracker::PresenceTracker(const base::Clock& clock)
    : clock_(clock), started_(clock.Monotonic()) {}

PresenceTracker::Entry& PresenceTracker::EntryOf(std::string_view device_id) {
  const auto found = entries_.find(device_id);
  return found != entries_.end() ? found->second : entries_[std::string(device_id)];
}

void PresenceTracker::Changed(const std::string& device_id, Entry& entry) {
  ++entry.version;
  if (std::exchange(entry.queued, true)) return;
  unwritten_.push_back(device_id);
}

void PresenceTracker::Add(std::string_view device_id, absl::Time last_seen_at) {
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  entry.last_seen_at = std::max(entry.last_seen_at, last_seen_at);
}

std::optional<Socket> PresenceTracker::Forget(std::string_view device_id) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  if (found == entries_.end()) return std::nullopt;
  const std::optional<Socket> socket = found->second.socket;
  entries_.erase(found);
  return socket;
}

void PresenceTracker::Seen(std::string_view device_id) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  entry.last_seen_at = now;
  Changed(std::string(device_id), entry);
}

void PresenceTracker::Heard(std::string_view device_id, absl::Time at, std::string client_info,
                            std::string current_state) {
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  entry.last_seen_at = std::max(entry.last_seen_at, at);
  entry.client_info = std::move(client_info);
  entry.current_state = std::move(current_state);
  entry.said_something = true;
  Changed(std::string(device_id), entry);
}

void PresenceTracker::Overlay(Device& device) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device.id);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  device.last_seen_at = std::max(device.last_seen_at, entry.last_seen_at);
  if (entry.client_info) device.client_info = *entry.client_info;
  if (entry.current_state) device.current_state = *entry.current_state;
}

std::optional<Socket> PresenceTracker::SocketUp(std::string_view device_id, Socket socket) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  if (entry.socket && entry.socket->stream == socket.stream &&
      entry.socket->socket_id > socket.socket_id) {
    return socket;
  }
  std::optional<Socket> replaced = std::exchange(entry.socket, socket);
  if (replaced == socket) replaced.reset();  // announced twice
  entry.last_seen_at = now;
  Changed(std::string(device_id), entry);
  return replaced;
}

bool PresenceTracker::SocketDown(std::string_view device_id, Socket socket) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  if (found == entries_.end() || found->second.socket != socket) return false;
  found->second.socket.reset();
  found->second.last_seen_at = now;
  Changed(found->first, found->second);
  return true;
}

void PresenceTracker::StreamGone(uint64_t stream) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  for (auto& [device_id, entry] : entries_) {
    if (!entry.socket || entry.socket->stream != stream) continue;
    entry.socket.reset();
    entry.last_seen_at = now;
    Changed(device_id, entry);
  }
}

std::optional<Socket> PresenceTracker::SocketOf(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  return found == entries_.end() ? std::nullopt : found->second.socket;
}

Presence PresenceTracker::Of(const Device& device) const {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device.id);
  if (found == entries_.end()) return PresenceAt(false, device.last_seen_at, now);
  const Entry& entry = found->second;
  return PresenceAt(entry.socket.has_value(), std::max(entry.last_seen_at, device.last_seen_at),
                    now);
}

bool PresenceTracker::CountsAsOnline(const Device& device) const {
  if (clock_.Monotonic() - started_ < kUnknownAfterStart) return true;
  const Presence presence = Of(device);
  return presence == Presence::kLive || presence == Presence::kOnline;
}

std::array<size_t, 5> PresenceTracker::Count() const {
  const absl::Time now = clock_.Now();
  std::array<size_t, 5> counts = {};
  const base::MutexLock lock(mutex_);
  for (const auto& [device_id, entry] : entries_) {
    ++counts[static_cast<size_t>(PresenceAt(entry.socket.has_value(), entry.last_seen_at, now))];
  }
  return counts;
}

std::vector<std::string> PresenceTracker::TakeNews() {
  const absl::Time now = clock_.Now();
  std::vector<std::string> news;
  const base::MutexLock lock(mutex_);
  for (auto& [device_id, entry] : entries_) {
    const Presence presence = PresenceAt(entry.socket.has_value(), entry.last_seen_at, now);
    if (entry.taken_as == presence && !entry.said_something) continue;
    entry.taken_as = presence;
    entry.said_something = false;
    news.push_back(device_id);
  }
  return news;
}

size_t PresenceTracker::unwritten() const {
  const base::MutexLock lock(mutex_);
  return unwritten_.size();
}

std::vector<PresenceTracker::Unwritten> PresenceTracker::TakeUnwritten(size_t limit) {
  std::vector<Unwritten> taken;
  const base::MutexLock lock(mutex_);
  while (!unwritten_.empty() && taken.size() < limit) {
    const std::string device_id = std::move(unwritten_.front());
    unwritten_.pop_front();
    const auto found = entries_.find(device_id);
    if (found == entries_.end() || !found->second.queued) continue;  // deleted meanwhile
    const Entry& entry = found->second;
    taken.push_back({.device_id = device_id,
                     .last_seen_at = entry.last_seen_at,
                     .client_info = entry.client_info,
                     .current_state = entry.current_state,
                     .version = entry.version});
  }
  return taken;
}

void PresenceTracker::Written(const Unwritten& unwritten, bool stored) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(unwritten.device_id);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (stored && entry.version == unwritten.version) {
    entry.queued = false;
    entry.client_info.reset();
    entry.current_state.reset();
    return;
  }
  unwritten_.push_back(unwritten.device_id);
}

}  // namespace marquee::devices
