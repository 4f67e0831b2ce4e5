#include "services/gateway/routes/devices/device_json.h"

#include <optional>
#include <string_view>
#include <vector>

#include "services/gateway/model/installation_hash.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/model/principal.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

void Time(JsonObject& object, std::string_view name, const std::optional<absl::Time>& time) {
  if (time) {
    object.Text(name, IsoTime(*time));
  } else {
    object.Raw(name, "null");
  }
}

void TextOrNull(JsonObject& object, std::string_view name, const std::string& text) {
  if (text.empty()) {
    object.Raw(name, "null");
  } else {
    object.Text(name, text);
  }
}

void List(JsonObject& object, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) {
    object.Raw(name, "[]");
  } else {
    object.ListIfAny(name, values);
  }
}

void AppendClientInfo(const ClientInfo& info, std::string& out) {
  JsonObject object(out);
  object.TextIfAny("userAgent", info.user_agent);
  if (info.screen_width > 0 || info.screen_height > 0) {
    object.Name("screen");
    JsonObject screen(out);
    screen.Integer("w", info.screen_width);
    screen.Integer("h", info.screen_height);
    screen.Number("dpr", info.device_pixel_ratio);
    screen.Close();
  }
  object.TextIfAny("mode", info.mode);
  object.Close();
}

}  // namespace

std::string_view StatusWord(Presence presence) {
  switch (presence) {
    case Presence::kLive:
      return "live";
    case Presence::kOnline:
    case Presence::kStale:
      return "online";
    case Presence::kOffline:
      return "offline";
    case Presence::kUnknown:
    case Presence::kNeverSeen:
      break;
  }
  return "unknown";
}

DeviceDetail DetailFor(const Request& request) {
  const bool administrator =
      request.principal != nullptr && request.principal->scope == Scope::kAdmin;
  return administrator ? DeviceDetail::kAdministrator : DeviceDetail::kReader;
}

void AppendDevice(const Device& device, DeviceDetail detail, std::string& out) {
  const bool whole = detail == DeviceDetail::kAdministrator;
  const bool live = device.presence == Presence::kLive;
  JsonObject object(out);
  object.Text("id", device.id);
  TextOrNull(object, "installId", whole ? device.install_id : InstallationHash(device.install_id));
  TextOrNull(object, "hardwareId", device.hardware_id);
  object.Text("name", device.name);
  object.Text("location", device.location);
  List(object, "tags", device.tags);
  List(object, "groups", device.groups);
  Time(object, "createdAt", device.created_at);
  Time(object, "updatedAt", device.updated_at);
  Time(object, "lastSeenAt", device.last_seen_at);
  object.Text("status", StatusWord(device.presence));
  object.Name("clientInfo");
  AppendClientInfo(device.client_info, out);
  object.Raw("currentState", device.current_state_json);
  object.Raw("settingsOverride", device.settings_override_json);
  object.Text("preset", device.preset);
  TextOrNull(object, "profileId", device.profile_id);
  object.Name("pairing");
  out += '{';
  if (device.last_paired_at) {
    out += R"("lastPairedAt":)";
    AppendJsonText(out, IsoTime(*device.last_paired_at));
  }
  out += '}';
  object.Text("plexUsername", device.plex_username);
  object.TextIfAny("etag", device.etag);
  if (!device.approval_code.empty()) object.Bool("awaitsApproval", true);
  if (whole) object.TextIfAny("approvalCode", device.approval_code);
  object.TextIfAny("perhapsSameAs", device.perhaps_same_as);
  object.Bool("wsConnected", live);
  object.Bool("connected", live);
  object.Close();
}

void AppendCommand(const Command& command, std::string& out) {
  JsonObject object(out);
  object.Text("id", command.id);
  object.Text("type", command.type);
  object.Raw("payload", command.payload_json);
  object.Integer("ts", absl::ToUnixMillis(command.created_at));
  object.Close();
}

}  // namespace marquee::gateway
