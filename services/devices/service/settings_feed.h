// Which settings a gateway has been told, and what it must still be told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/settings/effective_settings_cache.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// Sends each body once. Both ends count, device by device in the order of the messages, who has
// which body, and forget a body that nobody has any more; so neither grows with the number of
// changes, and both know what the other knows. Not thread-safe.
class SettingsFeed {
 public:
  // Devices a message.
  static constexpr int kMostDevices = 500;

  // The messages that tell a gateway of `news`, to be sent in this order.
  std::vector<pb::AttachResponse> MessagesFor(const SettingsNews& news);

 private:
  void Forget(const SettingsBodyPtr& body);

  std::map<std::string, int64_t> holders_;  // devices by the hash of their body
};

}  // namespace marquee::devices
