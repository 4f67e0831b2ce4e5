#include "services/devices/commands/queue_command.h"

#include <fmt/format.h>

#include "libs/base/status.h"

namespace marquee::devices {

absl::Status QueueCommand(StoreTransaction& store, const Command& command,
                          std::vector<ClosedCommand>& closed) {
  MARQUEE_ASSIGN_OR_RETURN(auto open, store.OpenCommands(command.device_id));
  size_t left = open.size();
  const auto cancel = [&](Command& earlier, const char* why) {
    Close(earlier, CommandState::kCancelled, command.created_at, why);
    earlier.held = false;
    closed.push_back({earlier.id, earlier.state});
    --left;
    return store.UpdateCommand(earlier);
  };
  for (Command& earlier : open) {
    if (earlier.state == CommandState::kQueued && Displaces(command.type, earlier.type)) {
      MARQUEE_RETURN_IF_ERROR(cancel(earlier, "replaced by a newer command"));
    }
  }
  for (Command& earlier : open) {
    if (left < kMaxOpenCommands) break;
    if (!IsFinal(earlier.state)) {
      MARQUEE_RETURN_IF_ERROR(cancel(earlier, "dropped because the queue is full"));
    }
  }
  MARQUEE_RETURN_IF_ERROR(store.AddCommand(command));
  return store.PruneCommands(command.device_id, kMaxClosedCommands);
}

bool IsOvertaken(const std::vector<Command>& open, size_t index) {
  for (size_t later = index + 1; later < open.size(); ++later) {
    if (!IsFinal(open[later].state) && Displaces(open[later].type, open[index].type)) return true;
  }
  return false;
}

absl::Status CheckCommand(std::string_view type, std::string_view payload) {
  if (type.empty()) return absl::InvalidArgumentError("type: a command must have a type");
  if (type.size() > kMaxCommandTypeBytes) {
    return absl::InvalidArgumentError(
        fmt::format("type: expected at most {} bytes", kMaxCommandTypeBytes));
  }
  if (payload.size() > kMaxCommandPayloadBytes) {
    return absl::InvalidArgumentError(fmt::format("payload: has {} bytes, expected at most {}",
                                                  payload.size(), kMaxCommandPayloadBytes));
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
