// Notifications between replicas of the devices program: "read X again". The store is the source of
// truth; a lost, duplicated or late message only costs time, so Publish has no result.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace marquee::devices {

// Subject of a notification; determines the meaning of its key.
enum class BusTopic {
  kCommandQueued,    // key: a device with a new command in its queue
  kCommandChanged,   // key: a command that was acknowledged or closed
  kDeviceChanged,    // key: a device that was created, changed or deleted
  kSettingsChanged,  // key: "" (groups, profiles or display settings changed)
  kDocumentChanged,  // key: a document that has a new version
  kSessionsEnded,    // key: an account whose session epoch increased
};

// Thread-safe.
class Bus {
 public:
  using Listener = std::function<void(std::string_view key)>;

  virtual ~Bus() = default;
  // Calls every listener of `topic`, in this process and in the other replicas, possibly after the
  // return.
  virtual void Publish(BusTopic topic, std::string_view key) = 0;
  // Calls `listener` for each notification, possibly on several threads at once, until the guard is
  // destroyed. Destroying it waits for calls in progress, so it must not happen inside one.
  [[nodiscard]] virtual std::shared_ptr<void> Subscribe(BusTopic topic, Listener listener) = 0;
};

}  // namespace marquee::devices
