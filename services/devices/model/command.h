// Something a display is told to do, and how far it got:
//
//   QUEUED ──► SENT ──► ACKED
//      │         ├────► FAILED     the display said so, or three heartbeats brought no sign
//      ├─────────┼────► EXPIRED    its time was up
//      └─────────┴────► CANCELLED  pushed out of a full queue, or taken back
//
// The states on the right are final. A SENT command may be sent again with the same id: delivery
// is at least once, except for the types that IsAtMostOnce names.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::devices {

enum class CommandState { kQueued, kSent, kAcked, kFailed, kExpired, kCancelled };

struct Command {
  std::string id;  // stable over every delivery, so that a display can tell a repeat
  std::string device_id;
  std::string type;            // canonical, see CanonicalType
  std::string payload = "{}";  // JSON object
  CommandState state = CommandState::kQueued;
  absl::Time created_at = absl::InfinitePast();
  absl::Time expires_at = absl::InfinitePast();
  absl::Time sent_at = absl::InfinitePast();    // first hand-out, by socket or heartbeat
  absl::Time closed_at = absl::InfinitePast();  // when a final state was reached
  int64_t deliveries = 0;                       // hand-outs of either kind
  int64_t heartbeat_handouts = 0;               // those in the answer to a heartbeat
  std::string detail;      // why it failed, or what the display answered; empty: nothing to say
  std::string request_id;  // of the caller; a repeat finds this command; empty: none
  std::string job_id;      // the job it belongs to; empty: none
  bool held = false;       // its job has not let it go yet; only while it is QUEUED

  bool operator==(const Command&) const = default;
};

// Bounds of one device's queue. Fifty commands are more than anyone means to send to one screen;
// what is older was overtaken by what is newer.
inline constexpr size_t kMaxOpenCommands = 50;
inline constexpr size_t kMaxClosedCommands = 100;  // history kept a device
inline constexpr int64_t kMaxHeartbeatHandouts = 3;
inline constexpr size_t kMaxCommandTypeBytes = 128;
inline constexpr size_t kMaxCommandPayloadBytes = size_t{64} * 1024;

// The word that displays know: playback.previous → playback.prev, playback.pin →
// playback.pinPoster, playback.unpin → playback.resume; every other type as it is.
std::string CanonicalType(std::string_view type);

// Whether an accepted command makes an earlier one pointless that is still on its way: both set the
// same state (power, pause, page), or both reload. Of states the latest counts; a toggle is no
// state, but a later "on" or "off" outdoes it.
bool Displaces(std::string_view later_type, std::string_view earlier_type);

// How long a command of this type is worth delivering: a minute for power.* and playback.* (a
// "pause" of yesterday would surprise), a day for the rest.
absl::Duration TimeToLive(std::string_view type);

// True for core.mgmt.*: the display reloads before it can say that it did, so a repeat would make
// it reload in a loop.
bool IsAtMostOnce(std::string_view type);

// The id that its display knows it by: that of its job, so that all displays of a job can be told
// in one frame; else its own.
const std::string& WireIdOf(const Command& command);

bool IsFinal(CommandState state);

// "queued", "sent", "acked", "failed", "expired", "cancelled": as stored and as metric label.
std::string_view NameOf(CommandState state);
std::optional<CommandState> CommandStateFromName(std::string_view name);

// Moves `command` to `final_state` at `now` with a reason. The command must be open.
void Close(Command& command, CommandState final_state, absl::Time now, std::string detail);

}  // namespace marquee::devices
