#include "services/devices/model/command.h"

#include <array>
#include <utility>

namespace marquee::devices {
namespace {

constexpr std::array kStates = {
    std::pair{CommandState::kQueued, std::string_view("queued")},
    std::pair{CommandState::kSent, std::string_view("sent")},
    std::pair{CommandState::kAcked, std::string_view("acked")},
    std::pair{CommandState::kFailed, std::string_view("failed")},
    std::pair{CommandState::kExpired, std::string_view("expired")},
    std::pair{CommandState::kCancelled, std::string_view("cancelled")},
};

// A state of a display with the command types that set, clear and toggle it.
struct DisplayState {
  std::string_view on;
  std::string_view off;
  std::string_view toggle;
};
constexpr std::array kStatesOfADisplay = {
    DisplayState{"power.on", "power.off", "power.toggle"},
    DisplayState{"playback.resume", "playback.pause", "playback.toggle"},
};

}  // namespace

std::string CanonicalType(std::string_view type) {
  if (type == "playback.previous") return "playback.prev";
  if (type == "playback.pin") return "playback.pinPoster";
  if (type == "playback.unpin") return "playback.resume";
  return std::string(type);
}

bool Displaces(std::string_view later_type, std::string_view earlier_type) {
  if (IsAtMostOnce(later_type) || later_type == "mode.navigate") return later_type == earlier_type;
  for (const auto& states : kStatesOfADisplay) {
    const bool sets_it = later_type == states.on || later_type == states.off;
    if (sets_it) {
      return earlier_type == states.on || earlier_type == states.off ||
             earlier_type == states.toggle;
    }
  }
  return false;
}

absl::Duration TimeToLive(std::string_view type) {
  const bool short_lived = type.starts_with("power.") || type.starts_with("playback.");
  return short_lived ? absl::Seconds(60) : absl::Hours(24);
}

bool IsAtMostOnce(std::string_view type) { return type.starts_with("core.mgmt."); }

const std::string& WireIdOf(const Command& command) {
  return command.job_id.empty() ? command.id : command.job_id;
}

bool IsFinal(CommandState state) {
  return state != CommandState::kQueued && state != CommandState::kSent;
}

std::string_view NameOf(CommandState state) {
  for (const auto& [candidate, name] : kStates) {
    if (candidate == state) return name;
  }
  return "failed";
}

std::optional<CommandState> CommandStateFromName(std::string_view name) {
  for (const auto& [state, candidate] : kStates) {
    if (candidate == name) return state;
  }
  return std::nullopt;
}

void Close(Command& command, CommandState final_state, absl::Time now, std::string detail) {
  command.state = final_state;
  command.closed_at = now;
  command.detail = std::move(detail);
}

}  // namespace marquee::devices
