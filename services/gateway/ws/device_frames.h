// The frames of /ws/devices: text, one JSON object each.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

enum class FrameKind { kHello, kAck, kPing, kClientLog, kOther };
std::string_view FrameKindName(FrameKind kind);  // for metrics: a small closed set

struct DeviceFrame {
  FrameKind kind = FrameKind::kOther;
  DeviceCredentials credentials;  // hello
  std::string command_id;         // ack
  bool ok = false;                // ack
  std::string info;               // ack
};

// kInvalidArgument: not the JSON text of an object. What is unknown or of the wrong type is empty.
absl::StatusOr<DeviceFrame> ParseDeviceFrame(std::string_view text);

std::string HelloAckFrame(absl::Time now);
std::string PongFrame(absl::Time now);
std::string CommandFrame(const Command& command);
std::string ApplySettingsFrame(std::string_view settings_json);

}  // namespace marquee::gateway
