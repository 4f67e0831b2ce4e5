// What those who look after displays may want to see as it happens, such as an event stream of the
// control room.
#pragma once

#include <string>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

// Thread-safe; calls must not block.
class DeviceEvents {
 public:
  virtual ~DeviceEvents() = default;
  // A display of this gateway has opened or closed its socket.
  virtual void OnSocket(const std::string& device_id, bool connected) = 0;
  // A display, of this gateway or another, wrote into its log.
  virtual void OnLog(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) = 0;
};

}  // namespace marquee::gateway
