// Sends commands to displays through the Attach streams of their gateways.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/devices/model/command.h"
#include "services/devices/presence/presence_tracker.h"

namespace marquee::devices {

// Thread-safe.
class CommandSender {
 public:
  virtual ~CommandSender() = default;
  // Whether the gateway of `socket` accepts more messages now. False: it reads too slowly; the
  // commands stay in the store, and CommandCenter::Deliver is called again for this device, with
  // the same `replay`, once the gateway has caught up.
  virtual bool Admit(const Socket& socket, std::string_view device_id, bool replay) = 0;
  // Passes `command` to the gateway that holds `socket`. Never blocks and gives no guarantee: if
  // the gateway is gone or cannot keep up, the socket is reported as closed, and the command is
  // sent again when the display reconnects.
  virtual void Send(const Socket& socket, const Command& command) = 0;
  // Passes one command of a job to many displays; `command` is the command of any one of them.
  virtual void SendToMany(const std::vector<std::pair<std::string, Socket>>& receivers,
                          const Command& command) = 0;
};

}  // namespace marquee::devices
