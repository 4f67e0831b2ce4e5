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

void PresenceTracker::Load(std::string_view device_id, absl::Time last_seen_at) {
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  entry.last_seen_at = std::max(entry.last_seen_at, last_seen_at);
  entry.loaded = true;
}

void PresenceTracker::Add(std::string_view device_id, absl::Time last_seen_at) {
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  entry.last_seen_at = std::max(entry.last_seen_at, last_seen_at);
  entry.loaded = false;
  entry.has_left = false;
}

std::optional<Socket> PresenceTracker::Forget(std::string_view device_id) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  if (found == entries_.end()) return std::nullopt;
  const std::optional<Socket> socket = found->second.socket;
  SetSocket(device_id, found->second, std::nullopt);
  entries_.erase(found);
  return socket;
}

void PresenceTracker::RecordActivity(Entry& entry, absl::Time at, std::string_view address) {
  entry.last_seen_at = std::max(entry.last_seen_at, at);
  entry.loaded = false;
  entry.has_left = false;
  if (address.empty() || entry.address == address) return;
  entry.address = address;
  entry.address_written_at = absl::InfinitePast();
}

void PresenceTracker::Seen(std::string_view device_id, std::string_view address) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  RecordActivity(entry, now, address);
  Changed(std::string(device_id), entry);
}

void PresenceTracker::Heartbeat(std::string_view device_id, absl::Time at, std::string client_info,
                                std::string current_state, std::string_view address) {
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  RecordActivity(entry, at, address);
  entry.client_info = std::move(client_info);
  entry.current_state = std::move(current_state);
  entry.has_changed = true;
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

int64_t& PresenceTracker::SequenceOf(Entry& entry, uint64_t stream) {
  for (auto& [known, sequence] : entry.sequences) {
    if (known == stream) return sequence;
  }
  return entry.sequences.emplace_back(stream, 0).second;
}

void PresenceTracker::SetSocket(std::string_view device_id, Entry& entry,
                                std::optional<Socket> socket) {
  if (entry.socket) {
    StreamSockets& before = streams_[entry.socket->stream];
    --before.count;
    before.digest.Toggle(device_id, entry.socket->socket_id);
    if (before.count == 0) streams_.erase(entry.socket->stream);
  }
  entry.socket = socket;
  if (!socket) return;
  StreamSockets& sockets = streams_[socket->stream];
  ++sockets.count;
  sockets.digest.Toggle(device_id, socket->socket_id);
}

std::optional<Socket> PresenceTracker::SocketUp(std::string_view device_id, Socket socket,
                                                int64_t sequence) {
  const absl::Time now = clock_.Now();
  if (sequence == 0) sequence = socket.socket_id;
  const base::MutexLock lock(mutex_);
  Entry& entry = EntryOf(device_id);
  int64_t& latest = SequenceOf(entry, socket.stream);
  if (sequence < latest) return socket;
  latest = sequence;
  std::optional<Socket> replaced = entry.socket;
  if (replaced == socket) replaced.reset();  // reported twice
  SetSocket(device_id, entry, socket);
  RecordActivity(entry, now, {});
  Changed(std::string(device_id), entry);
  return replaced;
}

bool PresenceTracker::SocketDown(std::string_view device_id, Socket socket, int64_t sequence,
                                 bool going_away) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  if (found == entries_.end()) return false;
  Entry& entry = found->second;
  if (sequence > 0) {
    int64_t& latest = SequenceOf(entry, socket.stream);
    if (sequence < latest) return false;
    latest = sequence;
    // The gateway has no socket of the device any more, whichever one is the current socket here.
    if (!entry.socket || entry.socket->stream != socket.stream) return false;
  } else if (entry.socket != socket) {
    return false;
  }
  SetSocket(device_id, entry, std::nullopt);
  RecordActivity(entry, now, {});
  entry.has_left = going_away;
  Changed(found->first, entry);
  return true;
}

void PresenceTracker::StreamGone(uint64_t stream) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  for (auto& [device_id, entry] : entries_) {
    std::erase_if(entry.sequences, [&](const auto& known) { return known.first == stream; });
    if (!entry.socket || entry.socket->stream != stream) continue;
    SetSocket(device_id, entry, std::nullopt);
    entry.last_seen_at = now;
    Changed(device_id, entry);
  }
}

bool PresenceTracker::Agrees(uint64_t stream, size_t count, uint64_t digest) const {
  const base::MutexLock lock(mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return count == 0;
  return found->second.count == count && found->second.digest.value() == digest;
}

std::vector<std::pair<std::string, Socket>> PresenceTracker::Reconcile(
    uint64_t stream, const std::vector<ListedSocket>& sockets, int64_t sequence) {
  const absl::Time now = clock_.Now();
  std::vector<std::pair<std::string, Socket>> to_close;
  std::unordered_map<std::string_view, const ListedSocket*> listed;
  for (const ListedSocket& socket : sockets) listed.emplace(socket.device_id, &socket);
  const base::MutexLock lock(mutex_);
  for (const auto& [device_id, socket] : listed) {
    Entry& entry = EntryOf(device_id);
    int64_t& latest = SequenceOf(entry, stream);
    if (socket->sequence < latest) continue;  // a later report exists
    const bool is_newer = socket->sequence > latest;
    latest = socket->sequence;
    const Socket own{.stream = stream, .socket_id = socket->socket_id};
    if (entry.socket == own) continue;
    const bool elsewhere = entry.socket && entry.socket->stream != stream;
    if (elsewhere && !is_newer) {
      to_close.emplace_back(device_id, own);
      continue;
    }
    if (elsewhere) to_close.emplace_back(device_id, *entry.socket);
    SetSocket(device_id, entry, own);
    RecordActivity(entry, now, {});
    Changed(std::string(device_id), entry);
  }
  for (auto& [device_id, entry] : entries_) {
    if (!entry.socket || entry.socket->stream != stream || listed.contains(device_id)) continue;
    if (SequenceOf(entry, stream) > sequence) continue;
    SetSocket(device_id, entry, std::nullopt);
    entry.last_seen_at = now;
    Changed(device_id, entry);
  }
  return to_close;
}

bool PresenceTracker::HasLeft(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  return found != entries_.end() && found->second.has_left;
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
  if (clock_.Monotonic() - started_ < kUnknownAfterStart) {
    const base::MutexLock lock(mutex_);
    const auto found = entries_.find(device.id);
    if (found != entries_.end() && found->second.loaded) return true;
  }
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

std::vector<std::string> PresenceTracker::TakeChanged() {
  const absl::Time now = clock_.Now();
  std::vector<std::string> changed;
  const base::MutexLock lock(mutex_);
  for (auto& [device_id, entry] : entries_) {
    const Presence presence = PresenceAt(entry.socket.has_value(), entry.last_seen_at, now);
    if (entry.taken_as == presence && !entry.has_changed) continue;
    entry.taken_as = presence;
    entry.has_changed = false;
    changed.push_back(device_id);
  }
  return changed;
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
    if (found == entries_.end() || !found->second.queued) continue;  // deleted in the meantime
    const Entry& entry = found->second;
    taken.push_back(
        {.device_id = device_id,
         .last_seen_at = entry.last_seen_at,
         .client_info = entry.client_info,
         .current_state = entry.current_state,
         .address = clock_.Now() - entry.address_written_at >= kAddressFor && !entry.address.empty()
                        ? std::optional(entry.address)
                        : std::nullopt,
         .version = entry.version});
  }
  return taken;
}

void PresenceTracker::Written(const Unwritten& unwritten, bool stored) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(unwritten.device_id);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (stored && unwritten.address && *unwritten.address == entry.address) {
    entry.address_written_at = unwritten.last_seen_at;
  }
  if (stored && entry.version == unwritten.version) {
    entry.queued = false;
    entry.client_info.reset();
    entry.current_state.reset();
    return;
  }
  unwritten_.push_back(unwritten.device_id);
}

}  // namespace marquee::devices
