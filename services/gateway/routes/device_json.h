// Devices and commands in the words of the display protocol.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

// "live", "online", "offline" or "unknown". Silent for less than five minutes still counts as
// online: a display skips heartbeats while it shows nothing.
std::string_view StatusWord(Presence presence);

// Appends the record of a device; never a secret or its hash.
void AppendDevice(const Device& device, std::string& out);
// Appends {id,type,payload,ts}.
void AppendCommand(const Command& command, std::string& out);

}  // namespace marquee::gateway
