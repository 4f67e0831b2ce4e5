// Decides what becomes of each open command when a display can receive commands: it is sent, waits,
// expires, or is closed because sending it again would be wrong.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "services/devices/commands/hand_outs.h"
#include "services/devices/commands/queue_command.h"
#include "services/devices/model/command.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct Recipient {
  std::string device_id;
  // Commands in the response to its last heartbeat, which its next heartbeat confirms.
  HandOuts::Ids answered;
  absl::Time now;
};

// Both functions store the new states, append the commands to be sent now, and append the closed
// ones to `closed`. Errors are those of the store.

// Over a socket. `replay`: also those sent and not acknowledged.
absl::Status MarkForSocket(StoreTransaction& store, const Recipient& to, bool replay,
                           std::vector<Command>& to_send, std::vector<ClosedCommand>& closed);

// In the response to a heartbeat; with `live` none, because the display has a socket.
absl::Status MarkForHeartbeat(StoreTransaction& store, const Recipient& to, bool live,
                              std::vector<Command>& handed_out, std::vector<ClosedCommand>& closed);

}  // namespace marquee::devices
