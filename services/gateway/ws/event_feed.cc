#include "services/gateway/ws/event_feed.h"

#include <utility>

namespace marquee::gateway {

std::shared_ptr<void> EventFeed::Listen(std::shared_ptr<DeviceEvents> listener) {
  auto ear = std::make_shared<Ear>();
  ear->listener = std::move(listener);
  const base::MutexLock lock(mutex_);
  ears_.push_back(ear);
  return ear;
}

std::vector<std::shared_ptr<DeviceEvents>> EventFeed::Listeners() {
  std::vector<std::shared_ptr<DeviceEvents>> listeners;
  const base::MutexLock lock(mutex_);
  std::erase_if(ears_, [](const auto& ear) { return ear.expired(); });
  for (const auto& ear : ears_) {
    if (const auto open = ear.lock()) listeners.push_back(open->listener);
  }
  return listeners;
}

void EventFeed::OnSocket(const std::string& device_id, bool connected) {
  for (const auto& listener : Listeners()) listener->OnSocket(device_id, connected);
}

void EventFeed::OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) {
  for (const auto& listener : Listeners()) listener->OnLog(device_id, entries);
}

}  // namespace marquee::gateway
