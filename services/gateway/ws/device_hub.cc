#include "services/gateway/ws/device_hub.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <utility>

#include "services/gateway/model/display_settings.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/ws/device_frames.h"

namespace marquee::gateway {
namespace {

constexpr int kReplaced = 4000;
constexpr int kGoingAway = 1001;
constexpr int64_t kLookAtLeastEveryMs = 1000;

// `in_force`, with null for each member of `changed` that is no longer set.
boost::json::value WithNulls(boost::json::value in_force, const boost::json::value& changed) {
  if (!in_force.is_object() || !changed.is_object()) return in_force;
  boost::json::object& object = in_force.get_object();
  for (const auto& [key, value] : changed.get_object()) {
    boost::json::value* const known = object.if_contains(key);
    if (known != nullptr) {
      *known = WithNulls(*known, value);
    } else {
      object.emplace(key, value);
    }
  }
  return in_force;
}

}  // namespace

bool DeviceHub::Enter(const std::shared_ptr<DeviceSession>& session) {
  const base::MutexLock lock(mutex_);
  if (draining_) return false;
  sessions_.emplace(session.get(), session);
  return true;
}

void DeviceHub::Join(const std::string& device_id, const std::shared_ptr<DeviceSession>& session) {
  std::shared_ptr<DeviceSession> replaced;
  int64_t sequence = 0;
  {
    const base::MutexLock lock(mutex_);
    Joined& joined = by_device_[device_id];
    replaced = std::exchange(joined.session, session);
    if (replaced != nullptr) digest_.Toggle(device_id, replaced->socket_id());
    digest_.Toggle(device_id, session->socket_id());
    sequence = joined.sequence = ++last_sequence_;
  }
  if (replaced != nullptr) replaced->Close(kReplaced, "replaced");
  registry_stream_.SocketUp(device_id, session->socket_id(), sequence);
  events_.OnSocket(device_id, true);
}

void DeviceHub::Exit(const std::string& device_id, DeviceSession& session, int close_code) {
  std::shared_ptr<DeviceSession> kept;  // destroyed after the lock is released
  std::shared_ptr<DeviceSession> own_mapping;
  int64_t sequence = 0;
  {
    const base::MutexLock lock(mutex_);
    const auto own = by_device_.find(device_id);
    if (own != by_device_.end() && own->second.session.get() == &session) {
      own_mapping = std::move(own->second.session);
      by_device_.erase(own);
      digest_.Toggle(device_id, session.socket_id());
      sequence = ++last_sequence_;
    }
    const auto it = sessions_.find(&session);
    if (it != sessions_.end()) {
      kept = std::move(it->second);
      sessions_.erase(it);
    }
    session_closed_.NotifyAll();
  }
  // The end of a socket that was replaced by a newer one does not change its device's state.
  if (own_mapping == nullptr) return;
  registry_stream_.SocketDown(device_id, session.socket_id(), sequence, close_code);
  events_.OnSocket(device_id, false);
}

void DeviceHub::DigestTick(absl::Time now) {
  // The second condition also reports when the clock was set back.
  if (now < next_digest_ && next_digest_ - now <= kDigestEvery) return;
  next_digest_ = now + kDigestEvery;
  size_t count = 0;
  uint64_t digest = 0;
  {
    const base::MutexLock lock(mutex_);
    count = by_device_.size();
    digest = digest_.value();
  }
  registry_stream_.Digest(count, digest);
}

bool DeviceHub::Deliver(const std::string& device_id, int64_t socket_id, const Command& command) {
  const auto session = Find(device_id, socket_id);
  if (session == nullptr) return false;
  session->Send(MakeBytes(CommandFrame(command)), command.id);
  return true;
}

void DeviceHub::Broadcast(const Sessions& sessions, const Bytes& frame,
                          const std::string& command_id) {
  // There are only as many entries as io threads, so a linear search is faster than a hash.
  std::vector<std::pair<asio::any_io_executor, Sessions>> by_thread;
  for (const auto& session : sessions) {
    const asio::any_io_executor executor = session->executor();
    auto own = std::ranges::find_if(by_thread,
                                    [&](const auto& thread) { return thread.first == executor; });
    if (own == by_thread.end()) own = by_thread.insert(by_thread.end(), {executor, Sessions()});
    own->second.push_back(session);
  }
  for (auto& [executor, own] : by_thread) {
    asio::post(executor, [receivers = std::move(own), frame, command_id] {
      for (const auto& session : receivers) session->SendHere(frame, command_id);
    });
  }
}

std::vector<CommandSink::OpenSocket> DeviceHub::DeliverToMany(
    const std::vector<OpenSocket>& sockets, const Command& command) {
  Sessions receivers;
  std::vector<OpenSocket> absent;
  {
    const base::MutexLock lock(mutex_);
    for (const OpenSocket& socket : sockets) {
      const auto own = by_device_.find(socket.device_id);
      if (own != by_device_.end() && own->second.session->socket_id() == socket.socket_id) {
        receivers.push_back(own->second.session);
      } else {
        absent.push_back(socket);
      }
    }
  }
  Broadcast(receivers, MakeBytes(CommandFrame(command)), command.id);
  return absent;
}

void DeviceHub::ApplySettings(const std::vector<std::string>& device_ids,
                              const std::string& changed_json) {
  const auto parsed = ParseJsonObject(changed_json);
  if (!parsed.ok()) return;
  const boost::json::object changed = WithoutSecrets(*parsed);
  // Displays merge the frame into their settings, so each changed key is sent complete: its
  // effective value including defaults, and null for values that are no longer set. The receivers
  // of one order have equal settings; if one already has different ones, another order for it is on
  // its way.
  std::map<DisplaySettingsPtr, Sessions> by_settings;
  for (const std::string& device_id : device_ids) {
    const auto session = Find(device_id, 0);
    if (session != nullptr) by_settings[settings_.OfDevice(device_id)].push_back(session);
  }
  for (const auto& [settings, sessions] : by_settings) {
    boost::json::object payload;
    for (const auto& [key, value] : changed) {
      const boost::json::value* in_force = settings->settings.if_contains(key);
      payload.emplace(key, in_force != nullptr ? WithNulls(*in_force, value) : value);
    }
    Broadcast(sessions, MakeBytes(ApplySettingsFrame(boost::json::serialize(payload))), "");
  }
}

void DeviceHub::Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) {
  events_.OnLog(device_id, entries);
  registry_stream_.Log(device_id, entries);
}

void DeviceHub::SyncTick(absl::Time now) {
  const int64_t now_ms = absl::ToUnixMillis(now);
  if (now_ms < next_look_ms_) return;
  // The next check happens no later than this, because a display with another period may connect at
  // any time.
  next_look_ms_ = now_ms + kLookAtLeastEveryMs;
  const int64_t ahead_ms = absl::ToInt64Milliseconds(kSyncAhead);
  std::map<int64_t, Sessions> due;  // by period
  {
    const base::MutexLock lock(mutex_);
    for (const auto& [device_id, joined] : by_device_) {
      const int64_t period = settings_.OfDevice(device_id)->sync_period_ms;
      if (period == 0) continue;
      const int64_t next_at = (now_ms / period + 1) * period;
      const bool is_announced = announced_[period] == next_at;
      if (!is_announced && next_at - now_ms <= ahead_ms) due[period].push_back(joined.session);
      const int64_t next_announcement = next_at - ahead_ms + (is_announced ? period : 0);
      next_look_ms_ = std::min(next_look_ms_, std::max(next_announcement, now_ms));
    }
  }
  // Forget periods that no display has any more.
  std::erase_if(announced_,
                [&](const auto& entry) { return entry.second + 2 * entry.first < now_ms; });
  for (const auto& [period, sessions] : due) {
    const int64_t next_at = (now_ms / period + 1) * period;
    announced_[period] = next_at;
    Broadcast(sessions, MakeBytes(SyncTickFrame(now, period, next_at)), "");
  }
}

void DeviceHub::CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                            const std::string& reason) {
  if (const auto session = Find(device_id, socket_id)) session->Close(code, reason);
}

CommandSink::SocketList DeviceHub::OpenSockets() const {
  const base::MutexLock lock(mutex_);
  SocketList list;
  list.sequence = last_sequence_;
  list.sockets.reserve(by_device_.size());
  for (const auto& [device_id, joined] : by_device_) {
    list.sockets.push_back({device_id, joined.session->socket_id(), joined.sequence});
  }
  return list;
}

void DeviceHub::Drain(absl::Time deadline) {
  std::vector<std::shared_ptr<DeviceSession>> all;
  {
    const base::MutexLock lock(mutex_);
    draining_ = true;
    for (const auto& [raw, session] : sessions_) all.push_back(session);
  }
  for (const auto& session : all) session->Close(kGoingAway, "going away");
  all.clear();

  base::MutexLock lock(mutex_);
  const auto until = absl::ToChronoTime(deadline);
  while (!sessions_.empty() && session_closed_.WaitUntil(lock, until)) {
  }
  if (sessions_.empty()) return;
  // Abort() only posts to the session's thread.
  for (const auto& [raw, session] : sessions_) session->Abort();
  const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!sessions_.empty() && session_closed_.WaitUntil(lock, last)) {
  }
}

size_t DeviceHub::size() const {
  const base::MutexLock lock(mutex_);
  return sessions_.size();
}

std::shared_ptr<DeviceSession> DeviceHub::Find(const std::string& device_id,
                                               int64_t socket_id) const {
  const base::MutexLock lock(mutex_);
  const auto it = by_device_.find(device_id);
  if (it == by_device_.end()) return nullptr;
  const std::shared_ptr<DeviceSession>& session = it->second.session;
  if (socket_id != 0 && session->socket_id() != socket_id) return nullptr;
  return session;
}

}  // namespace marquee::gateway
