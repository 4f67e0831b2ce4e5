#include "services/gateway/ws/device_frames.h"

#include <array>
#include <boost/json/value.hpp>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxId = 128;
constexpr size_t kMaxInfo = 1024;

constexpr std::array<std::pair<FrameKind, std::string_view>, 4> kKinds{{
    {FrameKind::kHello, "hello"},
    {FrameKind::kAck, "ack"},
    {FrameKind::kPing, "ping"},
    {FrameKind::kClientLog, "client-log"},
}};

FrameKind KindFromName(std::string_view name) {
  for (const auto& [kind, text] : kKinds) {
    if (text == name) return kind;
  }
  return FrameKind::kOther;
}

}  // namespace

std::string_view FrameKindName(FrameKind kind) {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "other";
}

absl::StatusOr<DeviceFrame> ParseDeviceFrame(std::string_view text) {
  MARQUEE_ASSIGN_OR_RETURN(const auto object, ParseJsonObject(text));
  DeviceFrame frame;
  frame.kind = KindFromName(TextField(object, "kind", 32));
  frame.credentials = {TextField(object, "deviceId", kMaxId), TextField(object, "secret", kMaxId)};
  frame.command_id = TextField(object, "id", kMaxId);
  frame.ok = TextField(object, "status", 16) == "ok";
  frame.info = TextField(object, "info", kMaxInfo);
  return frame;
}

std::string HelloAckFrame(absl::Time now) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "hello-ack");
  object.Integer("serverTime", absl::ToUnixMillis(now));
  object.Close();
  return text;
}

std::string PongFrame(absl::Time now) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "pong");
  object.Integer("t", absl::ToUnixMillis(now));
  object.Close();
  return text;
}

std::string CommandFrame(const Command& command) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "command");
  object.Text("type", command.type);
  object.Raw("payload", command.payload_json);
  object.Text("id", command.id);
  object.Close();
  return text;
}

std::string ApplySettingsFrame(std::string_view settings_json) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "apply-settings");
  object.Raw("payload", settings_json);
  object.Close();
  return text;
}

}  // namespace marquee::gateway
