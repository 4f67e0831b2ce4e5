// The frames of /ws/devices: text, one JSON object each.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

enum class FrameKind { kHello, kAck, kPing, kClientLog, kSyncReport, kOther };
std::string_view FrameKindName(FrameKind kind);  // for metrics: a small closed set

struct DeviceFrame {
  FrameKind kind = FrameKind::kOther;
  DeviceCredentials credentials;    // hello
  std::string command_id;           // ack
  bool ok = false;                  // ack
  std::string info;                 // ack
  int64_t client_ms = 0;            // ping: the display's clock when it sent it; 0: not told
  int64_t change_ms = 0;            // sync-report: the nextAt of the tick that it followed
  std::vector<DeviceLogEntry> log;  // client-log
};

// kInvalidArgument: not the JSON text of an object. What is unknown or of the wrong type is empty.
absl::StatusOr<DeviceFrame> ParseDeviceFrame(std::string_view text);

// A client-log without entries, with more than this many, or with an entry that has no text is
// kInvalidArgument, too.
inline constexpr size_t kMaxLogEntries = 60;
inline constexpr size_t kMaxLogMessage = 4000;
// Data of a log entry that is larger is left out, and its size said instead.
inline constexpr size_t kMaxLogData = 4000;

std::string HelloAckFrame(absl::Time now);
// `client_ms` comes back as `ts`, so that a display knows which of its pings this answers, and with
// the time that passed, how far its clock is off: t − (ts + its time now) / 2.
std::string PongFrame(absl::Time now, int64_t client_ms);
std::string ErrorFrame(std::string_view message);
// All who have this period change what they show at `next_at`.
std::string SyncTickFrame(absl::Time now, int64_t period_ms, int64_t next_at_ms);
std::string CommandFrame(const Command& command);
std::string ApplySettingsFrame(std::string_view changed_json);

}  // namespace marquee::gateway
