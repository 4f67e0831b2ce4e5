// Determines the messages about effective settings for one gateway.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/settings/effective_settings_cache.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// Sends each body once. Both ends count references to each body, device by device in the order of
// the messages, and drop a body without references. So neither end grows with the number of
// changes, and both know which bodies the other has. Not thread-safe.
class SettingsFeed {
 public:
  // Maximum number of devices per message.
  static constexpr int kMostDevices = 500;

  // The messages for the changes in `update`, to be sent in this order.
  std::vector<pb::AttachResponse> MessagesFor(const SettingsChanges& update);

 private:
  void Forget(const SettingsBodyPtr& body);

  std::map<std::string, int64_t> references_;  // number of devices by the hash of their body
};

}  // namespace marquee::devices
