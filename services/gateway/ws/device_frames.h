// The frames of /ws/devices: text frames, one JSON object each.
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
  int64_t client_ms = 0;            // ping: the display's clock when it sent the frame; 0: absent
  int64_t change_ms = 0;            // sync-report: `nextAt` of the tick that the display followed
  std::vector<DeviceLogEntry> log;  // client-log
};

// kInvalidArgument: the text is not a JSON object. kOutOfRange: a client-log has no entries, more
// than kMaxLogEntries, or an entry without a message of at most kMaxLogMessage bytes. Unknown
// fields are ignored; fields of the wrong type are empty.
absl::StatusOr<DeviceFrame> ParseDeviceFrame(std::string_view text);

// Limits of a client-log: entries, and bytes of the message of an entry.
inline constexpr size_t kMaxLogEntries = 60;
inline constexpr size_t kMaxLogMessage = 4000;
// Larger data of a log entry is replaced by its size.
inline constexpr size_t kMaxLogData = 4000;

std::string HelloAckFrame(absl::Time now);
// `client_ms` is returned as `ts`, so that a display can match the pong to its ping and compute its
// clock offset: t − (ts + its current time) / 2.
std::string PongFrame(absl::Time now, int64_t client_ms);
std::string ErrorFrame(std::string_view message);
// All displays with this period change what they show at `next_at`.
std::string SyncTickFrame(absl::Time now, int64_t period_ms, int64_t next_at_ms);
std::string CommandFrame(const Command& command);
std::string ApplySettingsFrame(std::string_view changed_json);

}  // namespace marquee::gateway
