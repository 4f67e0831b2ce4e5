#include "services/gateway/ws/device_hub.h"

#include <absl/time/clock.h>

#include <chrono>
#include <utility>

#include "services/gateway/ws/device_frames.h"

namespace marquee::gateway {
namespace {

constexpr int kReplaced = 4000;
constexpr int kGoingAway = 1001;

}  // namespace

bool DeviceHub::Enter(const std::shared_ptr<DeviceSession>& session) {
  const base::MutexLock lock(mutex_);
  if (draining_) return false;
  sessions_.emplace(session.get(), session);
  return true;
}

void DeviceHub::Join(const std::string& device_id, const std::shared_ptr<DeviceSession>& session) {
  std::shared_ptr<DeviceSession> replaced;
  {
    const base::MutexLock lock(mutex_);
    replaced = std::exchange(by_device_[device_id], session);
  }
  if (replaced != nullptr) replaced->Close(kReplaced, "replaced");
  bond_.SocketUp(device_id, session->socket_id());
}

void DeviceHub::Exit(const std::string& device_id, DeviceSession& session) {
  std::shared_ptr<DeviceSession> kept;  // freed after the lock is let go
  {
    const base::MutexLock lock(mutex_);
    const auto own = by_device_.find(device_id);
    if (own != by_device_.end() && own->second.get() == &session) by_device_.erase(own);
    const auto it = sessions_.find(&session);
    if (it != sessions_.end()) {
      kept = std::move(it->second);
      sessions_.erase(it);
    }
    emptier_.NotifyAll();
  }
  if (!device_id.empty()) bond_.SocketDown(device_id, session.socket_id());
}

bool DeviceHub::Deliver(const std::string& device_id, int64_t socket_id, const Command& command) {
  const auto session = Find(device_id, socket_id);
  if (session == nullptr) return false;
  session->Send(MakeBytes(CommandFrame(command)));
  return true;
}

void DeviceHub::ApplySettings(const std::vector<std::string>& device_ids,
                              const std::string& settings_json) {
  const Bytes frame = MakeBytes(ApplySettingsFrame(settings_json));
  for (const std::string& device_id : device_ids) {
    if (const auto session = Find(device_id, 0)) session->Send(frame);
  }
}

void DeviceHub::CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                            const std::string& reason) {
  if (const auto session = Find(device_id, socket_id)) session->Close(code, reason);
}

std::vector<DeviceOrders::OpenSocket> DeviceHub::OpenSockets() const {
  const base::MutexLock lock(mutex_);
  std::vector<OpenSocket> all;
  all.reserve(by_device_.size());
  for (const auto& [device_id, session] : by_device_) {
    all.push_back({device_id, session->socket_id()});
  }
  return all;
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
  while (!sessions_.empty() && emptier_.WaitUntil(lock, until)) {
  }
  if (sessions_.empty()) return;
  // Abort only posts to the session's own thread.
  for (const auto& [raw, session] : sessions_) session->Abort();
  const auto last = std::chrono::system_clock::now() + std::chrono::seconds(1);
  while (!sessions_.empty() && emptier_.WaitUntil(lock, last)) {
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
  if (socket_id != 0 && it->second->socket_id() != socket_id) return nullptr;
  return it->second;
}

}  // namespace marquee::gateway
