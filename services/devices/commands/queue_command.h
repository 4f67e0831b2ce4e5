// Adds a command to the queue of its display.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "services/devices/model/command.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// A command that was closed by the change.
struct ClosedCommand {
  std::string id;
  CommandState state;
};

// Appends `command` to the open commands of its device, which must exist. Cancels QUEUED commands
// that it replaces (Displaces), the oldest ones beyond kMaxOpenCommands, and deletes old history.
absl::Status QueueCommand(StoreTransaction& store, const Command& command,
                          std::vector<ClosedCommand>& closed);

// Whether `open[index]`, which was sent and not acknowledged, has been replaced by a later command
// that sets the same state; then it is not sent again. `open` is in the order of acceptance.
bool IsOvertaken(const std::vector<Command>& open, size_t index);

// kInvalidArgument: no type, or type or payload are too long.
absl::Status CheckCommand(std::string_view type, std::string_view payload);

}  // namespace marquee::devices
