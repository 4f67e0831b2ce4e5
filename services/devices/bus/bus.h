// Wake-ups between replicas of the devices program: "look again at X". The store is the truth; a
// message that is lost, doubled or late costs time and nothing else, so publishing has no result.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace marquee::devices {

// What a wake-up is about, and so what its key names.
enum class BusTopic {
  kCommandQueued,    // key: a device whose queue has something new
  kCommandChanged,   // key: a command that was acknowledged or closed
  kDeviceChanged,    // key: a device that was made, changed or removed
  kSettingsChanged,  // key: "" (groups, profiles or display settings changed)
  kDocumentChanged,  // key: a document that has a new version
  kSessionsEnded,    // key: an account whose session epoch grew
};

// Thread-safe.
class Bus {
 public:
  using Listener = std::function<void(std::string_view key)>;

  virtual ~Bus() = default;
  // Wakes every listener of `topic`, in this process and in the other replicas, not necessarily
  // before it returns.
  virtual void Publish(BusTopic topic, std::string_view key) = 0;
  // Calls `listener` for each wake-up, on several threads at once, until the guard is dropped.
  // Dropping it waits for calls under way, so it must not happen inside one.
  [[nodiscard]] virtual std::shared_ptr<void> Subscribe(BusTopic topic, Listener listener) = 0;
};

}  // namespace marquee::devices
