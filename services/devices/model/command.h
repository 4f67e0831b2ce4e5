// A command to a display, and its state:
//
//   QUEUED ──► SENT ──► ACKED
//      │         ├────► FAILED     the display reported an error, or three heartbeat deliveries
//      │         │                 were not followed by another heartbeat
//      ├─────────┼────► EXPIRED    not acknowledged before expires_at
//      └─────────┴────► CANCELLED  dropped from a full queue, replaced, or cancelled
//
// The states on the right are final. A SENT command may be sent again with the same id: delivery
// is at least once, except for the types for which IsAtMostOnce is true.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::devices {

enum class CommandState { kQueued, kSent, kAcked, kFailed, kExpired, kCancelled };

struct Command {
  std::string id;  // the same in every delivery, so that a display recognises duplicates
  std::string device_id;
  std::string type;            // canonical, see CanonicalType
  std::string payload = "{}";  // JSON object
  CommandState state = CommandState::kQueued;
  absl::Time created_at = absl::InfinitePast();
  absl::Time expires_at = absl::InfinitePast();
  absl::Time sent_at = absl::InfinitePast();    // first delivery, by socket or heartbeat
  absl::Time closed_at = absl::InfinitePast();  // time of the final state
  int64_t deliveries = 0;                       // all deliveries
  int64_t heartbeat_handouts = 0;               // deliveries in heartbeat responses
  std::string detail;      // reason of a failure, or `info` of the acknowledgement
  std::string request_id;  // from the caller; a repeat finds this command; empty: none
  std::string job_id;      // the job it belongs to; empty: none
  bool held = false;       // held back by its job; only while QUEUED

  bool operator==(const Command&) const = default;
};

// Bounds of one device's queue. Fifty is more than a user sends to one display; older commands are
// replaced by newer ones.
inline constexpr size_t kMaxOpenCommands = 50;
inline constexpr size_t kMaxClosedCommands = 100;  // history per device
inline constexpr int64_t kMaxHeartbeatHandouts = 3;
inline constexpr size_t kMaxCommandTypeBytes = 128;
inline constexpr size_t kMaxCommandPayloadBytes = size_t{64} * 1024;

// The type as used by displays: playback.previous → playback.prev, playback.pin →
// playback.pinPoster, playback.unpin → playback.resume; other types are not changed.
std::string CanonicalType(std::string_view type);

// Whether a new command replaces an earlier one that is still queued: both set the same state
// (power, pause, page), or both reload. For a state the latest command counts; a toggle sets no
// state, but a later "on" or "off" replaces it.
bool Displaces(std::string_view later_type, std::string_view earlier_type);

// Time until a command of this type expires: one minute for power.* and playback.* (a late "pause"
// would be unexpected), one day for all others.
absl::Duration TimeToLive(std::string_view type);

// True for core.mgmt.*: the display reloads before it can acknowledge, so a duplicate would make it
// reload in a loop.
bool IsAtMostOnce(std::string_view type);

// The id used in frames to displays: that of the job, so that one frame serves all its displays;
// else the command's own.
const std::string& WireIdOf(const Command& command);

bool IsFinal(CommandState state);

// "queued", "sent", "acked", "failed", "expired", "cancelled": used in the store and as metric
// label.
std::string_view NameOf(CommandState state);
std::optional<CommandState> CommandStateFromName(std::string_view name);

// `detail` of every command that expires.
inline constexpr std::string_view kExpiredDetail = "not acknowledged before it expired";

// Moves `command` to `final_state` at `now` with a reason. The command must be open.
void Close(Command& command, CommandState final_state, absl::Time now, std::string detail);

}  // namespace marquee::devices
