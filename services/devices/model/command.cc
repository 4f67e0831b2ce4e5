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

// A state that commands set outright, or turn over.
struct StateOfADisplay {
  std::string_view on;
  std::string_view off;
  std::string_view toggle;
};
constexpr std::array kStatesOfADisplay = {
    StateOfADisplay{"power.on", "power.off", "power.toggle"},
    StateOfADisplay{"playback.resume", "playback.pause", "playback.toggle"},
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
  const bool of_the_moment = type.starts_with("power.") || type.starts_with("playback.");
  return of_the_moment ? absl::Seconds(60) : absl::Hours(24);
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
