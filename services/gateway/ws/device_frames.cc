#include "services/gateway/ws/device_frames.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxId = 128;
constexpr size_t kMaxInfo = 1024;

constexpr std::array<std::pair<FrameKind, std::string_view>, 5> kKinds{{
    {FrameKind::kHello, "hello"},
    {FrameKind::kAck, "ack"},
    {FrameKind::kPing, "ping"},
    {FrameKind::kClientLog, "client-log"},
    {FrameKind::kSyncReport, "sync-report"},
}};

FrameKind KindFromName(std::string_view name) {
  for (const auto& [kind, text] : kKinds) {
    if (text == name) return kind;
  }
  return FrameKind::kOther;
}

// A whole number of milliseconds between 1970 and the year 3000; else 0.
int64_t MillisField(const boost::json::object& object, std::string_view name) {
  constexpr double kYear3000 = 32'503'680'000'000;
  const double value = NumberField(object, name);
  return value > 0 && value < kYear3000 ? static_cast<int64_t>(value) : 0;
}

std::string LevelOf(const boost::json::object& entry) {
  for (const std::string_view level : {"log", "info", "warn", "error", "debug"}) {
    if (TextField(entry, "level", 16) == level) return std::string(level);
  }
  return "log";
}

absl::Status ParseLog(const boost::json::object& object, std::vector<DeviceLogEntry>& log) {
  const boost::json::value* entries = object.if_contains("entries");
  if (entries == nullptr || !entries->is_array() || entries->get_array().empty() ||
      entries->get_array().size() > kMaxLogEntries) {
    return absl::OutOfRangeError(
        fmt::format("entries: must be a list of 1 to {} entries", kMaxLogEntries));
  }
  for (const boost::json::value& value : entries->get_array()) {
    const boost::json::object* entry = value.if_object();
    const boost::json::value* message = entry != nullptr ? entry->if_contains("message") : nullptr;
    if (message == nullptr || !message->is_string() ||
        message->get_string().size() > kMaxLogMessage) {
      return absl::OutOfRangeError(fmt::format(
          "entries: each entry must have a message of at most {} bytes", kMaxLogMessage));
    }
    DeviceLogEntry& parsed = log.emplace_back();
    parsed.at_ms = MillisField(*entry, "t");
    parsed.level = LevelOf(*entry);
    parsed.message = TextField(*entry, "message", kMaxLogMessage);
    if (const boost::json::value* data = entry->if_contains("data")) {
      parsed.data_json = boost::json::serialize(*data);
      if (parsed.data_json.size() > kMaxLogData) {
        parsed.data_json = fmt::format(R"({{"leftOutBytes":{}}})", parsed.data_json.size());
      }
    }
  }
  return absl::OkStatus();
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
  frame.client_ms = MillisField(object, "ts");
  if (frame.client_ms == 0) frame.client_ms = MillisField(object, "timestamp");
  frame.change_ms = MillisField(object, "nextAt");
  if (frame.kind == FrameKind::kClientLog) {
    MARQUEE_RETURN_IF_ERROR(ParseLog(object, frame.log));
  }
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

std::string PongFrame(absl::Time now, int64_t client_ms) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "pong");
  object.Integer("t", absl::ToUnixMillis(now));
  object.IntegerIfAny("ts", client_ms);
  object.Close();
  return text;
}

std::string ErrorFrame(std::string_view message) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "error");
  object.Text("message", message);
  object.Close();
  return text;
}

std::string SyncTickFrame(absl::Time now, int64_t period_ms, int64_t next_at_ms) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "sync-tick");
  object.Name("payload");
  JsonObject payload(text);
  payload.Integer("serverTime", absl::ToUnixMillis(now));
  payload.Integer("periodMs", period_ms);
  payload.Integer("nextAt", next_at_ms);
  payload.Close();
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

std::string ApplySettingsFrame(std::string_view changed_json) {
  std::string text;
  JsonObject object(text);
  object.Text("kind", "apply-settings");
  object.Raw("payload", changed_json);
  object.Close();
  return text;
}

}  // namespace marquee::gateway
