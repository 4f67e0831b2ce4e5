// How a command joins the queue of its display.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "services/devices/model/command.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// What was closed on the way.
struct ClosedCommand {
  std::string id;
  CommandState state;
};

// Adds `command` behind what is open for its device, which must exist. QUEUED ones that it
// displaces (Displaces) are cancelled, and the oldest beyond kMaxOpenCommands; old history goes.
absl::Status QueueCommand(StoreTransaction& store, const Command& command,
                          std::vector<ClosedCommand>& closed);

// Whether `open[index]`, which was sent and not answered, has been overtaken by a later one that
// sets the same state; then it is not sent again. `open` is in the order of acceptance.
bool IsOvertaken(const std::vector<Command>& open, size_t index);

// kInvalidArgument: no type, or type or payload are too long.
absl::Status CheckCommand(std::string_view type, std::string_view payload);

}  // namespace marquee::devices
