// Devices and commands in the words of the display protocol.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

// "live", "online", "offline" or "unknown". Silent for less than five minutes still counts as
// online: a display skips heartbeats while it shows nothing.
std::string_view StatusWord(Presence presence);

// How much of a device is shown: the installation id itself and the approval code are an
// administrator's, others see a hash and nothing.
enum class DeviceDetail { kReader, kAdministrator };
DeviceDetail DetailFor(const Request& request);

// Appends the record of a device; never a secret or its hash.
void AppendDevice(const Device& device, DeviceDetail detail, std::string& out);
// Appends {id,type,payload,ts}.
void AppendCommand(const Command& command, std::string& out);

}  // namespace marquee::gateway
