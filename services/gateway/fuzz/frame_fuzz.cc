// WebSocket frames of displays: parsed fields are bounded for any input, and sent frames are valid
// JSON.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/ws/device_frames.h"

namespace marquee::gateway {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void Run(std::string_view text) {
  const auto frame = ParseDeviceFrame(text);
  if (!frame.ok()) return;
  Check(frame->log.size() <= kMaxLogEntries);
  for (const DeviceLogEntry& entry : frame->log) Check(entry.message.size() <= kMaxLogMessage);
  Check(frame->credentials.device_id.size() <= 128 && frame->credentials.secret.size() <= 128);
  Check(frame->info.size() <= 1024);
  Check(frame->client_ms >= 0 && frame->change_ms >= 0);
  Check(ParseJsonObject(PongFrame(absl::UnixEpoch(), frame->client_ms)).ok());
  Check(ParseJsonObject(ErrorFrame(frame->info)).ok());
  Command command;
  command.id = frame->command_id;
  command.type = frame->info;
  Check(ParseJsonObject(CommandFrame(command)).ok());
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
