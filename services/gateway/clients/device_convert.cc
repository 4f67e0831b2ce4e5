#include "services/gateway/clients/device_convert.h"

#include <google/protobuf/util/json_util.h>

#include <optional>

namespace marquee::gateway {
namespace {

namespace pb = marquee::devices::v1;

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

Presence ToPresence(pb::Presence presence) {
  switch (presence) {
    case pb::PRESENCE_LIVE:
      return Presence::kLive;
    case pb::PRESENCE_ONLINE:
      return Presence::kOnline;
    case pb::PRESENCE_STALE:
      return Presence::kStale;
    case pb::PRESENCE_OFFLINE:
      return Presence::kOffline;
    case pb::PRESENCE_NEVER_SEEN:
      return Presence::kNeverSeen;
    default:
      return Presence::kUnknown;
  }
}

CommandState ToState(pb::CommandState state) {
  switch (state) {
    case pb::COMMAND_STATE_QUEUED:
      return CommandState::kQueued;
    case pb::COMMAND_STATE_SENT:
      return CommandState::kSent;
    case pb::COMMAND_STATE_ACKED:
      return CommandState::kAcked;
    case pb::COMMAND_STATE_FAILED:
      return CommandState::kFailed;
    case pb::COMMAND_STATE_EXPIRED:
      return CommandState::kExpired;
    case pb::COMMAND_STATE_CANCELLED:
      return CommandState::kCancelled;
    default:
      return CommandState::kUnknown;
  }
}

}  // namespace

std::string ToJson(const google::protobuf::Struct& object) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(object, &text).ok()) return "{}";
  return text;
}

absl::StatusOr<google::protobuf::Struct> FromJson(const std::string& text) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(text, &object).ok()) {
    return absl::InvalidArgumentError("must be a JSON object");
  }
  return object;
}

Device ToDevice(const pb::Device& device) {
  Device out;
  out.id = device.id();
  out.install_id = device.install_id();
  out.hardware_id = device.hardware_id();
  out.name = device.name();
  out.location = device.location();
  out.tags = {device.tags().begin(), device.tags().end()};
  out.groups = {device.groups().begin(), device.groups().end()};
  out.profile_id = device.profile_id();
  out.preset = device.preset();
  out.settings_override_json = ToJson(device.settings_override());
  out.plex_username = device.plex_username();
  out.client_info = {.user_agent = device.client_info().user_agent(),
                     .screen_width = device.client_info().screen_width(),
                     .screen_height = device.client_info().screen_height(),
                     .device_pixel_ratio = device.client_info().device_pixel_ratio(),
                     .mode = device.client_info().mode()};
  out.current_state_json = ToJson(device.current_state());
  out.presence = ToPresence(device.presence());
  if (device.has_created_at()) out.created_at = ToTime(device.created_at());
  if (device.has_updated_at()) out.updated_at = ToTime(device.updated_at());
  if (device.has_last_seen_at()) out.last_seen_at = ToTime(device.last_seen_at());
  if (device.has_last_paired_at()) out.last_paired_at = ToTime(device.last_paired_at());
  out.approval_code = device.approval_code();
  out.perhaps_same_as = device.perhaps_same_as();
  out.etag = device.etag();
  return out;
}

UnknownDisplay ToUnknownDisplay(const pb::UnknownDisplay& display) {
  UnknownDisplay out;
  out.key = display.key();
  out.device_id = display.device_id();
  out.hardware_id = display.hardware_id();
  out.address = display.address();
  out.issued_here = display.issued_here();
  out.has_record = display.has_record();
  if (display.has_first_seen_at()) out.first_seen_at = ToTime(display.first_seen_at());
  if (display.has_last_seen_at()) out.last_seen_at = ToTime(display.last_seen_at());
  return out;
}

Command ToCommand(const pb::Command& command) {
  Command out;
  out.id = command.id();
  out.type = command.type();
  out.payload_json = ToJson(command.payload());
  out.state = ToState(command.state());
  out.info = command.info();
  if (command.has_created_at()) out.created_at = ToTime(command.created_at());
  return out;
}

SettingsUpdate ToUpdate(const pb::AttachResponse::EffectiveSettings& settings) {
  SettingsUpdate out;
  out.device_ids = {settings.device_ids().begin(), settings.device_ids().end()};
  for (const pb::DeviceIdentity& identity : settings.identities()) {
    out.identities.push_back({.install_id = identity.install_id(),
                              .hardware_id = identity.hardware_id(),
                              .cookie_id = identity.cookie_id()});
  }
  out.content_hash = settings.content_hash();
  if (settings.has_settings()) out.settings_json = ToJson(settings.settings());
  out.removed = settings.removed();
  return out;
}

std::vector<DeviceLogEntry> ToEntries(const pb::DeviceLog& log) {
  std::vector<DeviceLogEntry> entries;
  for (const pb::DeviceLog::Entry& entry : log.entries()) {
    entries.push_back({.at_ms = entry.at_ms(),
                       .level = entry.level(),
                       .message = entry.message(),
                       .data_json = entry.data_json()});
  }
  return entries;
}

pb::DeviceCredentials ToProto(const DeviceCredentials& credentials) {
  pb::DeviceCredentials out;
  out.set_device_id(credentials.device_id);
  out.set_secret(credentials.secret);
  return out;
}

pb::DeviceIdentity ToProto(const DeviceIdentity& identity) {
  pb::DeviceIdentity out;
  out.set_install_id(identity.install_id);
  out.set_hardware_id(identity.hardware_id);
  out.set_cookie_id(identity.cookie_id);
  return out;
}

pb::DisplayOrigin ToProto(const DisplayOrigin& origin) {
  pb::DisplayOrigin out;
  out.set_address(origin.address);
  switch (origin.policy) {
    case RegistrationPolicy::kOpen:
      out.set_policy(pb::REGISTRATION_POLICY_OPEN);
      break;
    case RegistrationPolicy::kApprove:
      out.set_policy(pb::REGISTRATION_POLICY_APPROVE);
      break;
    case RegistrationPolicy::kClosed:
      out.set_policy(pb::REGISTRATION_POLICY_CLOSED);
      break;
  }
  return out;
}

pb::ClientInfo ToProto(const ClientInfo& info) {
  pb::ClientInfo out;
  out.set_user_agent(info.user_agent);
  out.set_screen_width(info.screen_width);
  out.set_screen_height(info.screen_height);
  out.set_device_pixel_ratio(info.device_pixel_ratio);
  out.set_mode(info.mode);
  return out;
}

}  // namespace marquee::gateway
