// Port to observers of display events, such as the event stream of the control room.
#pragma once

#include <string>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

// Thread-safe; calls must not block.
class DeviceEvents {
 public:
  virtual ~DeviceEvents() = default;
  // A display opened or closed its socket at this gateway.
  virtual void OnSocket(const std::string& device_id, bool connected) = 0;
  // A display, of this gateway or another, sent log entries.
  virtual void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) = 0;
};

}  // namespace marquee::gateway
