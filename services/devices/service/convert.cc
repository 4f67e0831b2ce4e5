#include "services/devices/service/convert.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>

#include "libs/base/status.h"

namespace marquee::devices {
namespace {

template <class Message>
std::string ToJson(const Message& message) {
  std::string json;
  // Fails only for messages without a JSON form, such as a NaN in a Struct.
  if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) return "{}";
  return json;
}

template <class Message>
Message FromJson(std::string_view json) {
  Message message;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &message, options).ok()) {
    return Message();
  }
  return message;
}

pb::Presence PresenceFrom(Presence presence) {
  switch (presence) {
    case Presence::kUnknown:
      return pb::PRESENCE_NEVER_SEEN;
    case Presence::kOffline:
      return pb::PRESENCE_OFFLINE;
    case Presence::kStale:
      return pb::PRESENCE_STALE;
    case Presence::kOnline:
      return pb::PRESENCE_ONLINE;
    case Presence::kLive:
      return pb::PRESENCE_LIVE;
  }
  return pb::PRESENCE_UNSPECIFIED;
}

pb::CommandState StateFrom(CommandState state) {
  switch (state) {
    case CommandState::kQueued:
      return pb::COMMAND_STATE_QUEUED;
    case CommandState::kSent:
      return pb::COMMAND_STATE_SENT;
    case CommandState::kAcked:
      return pb::COMMAND_STATE_ACKED;
    case CommandState::kFailed:
      return pb::COMMAND_STATE_FAILED;
    case CommandState::kExpired:
      return pb::COMMAND_STATE_EXPIRED;
    case CommandState::kCancelled:
      return pb::COMMAND_STATE_CANCELLED;
  }
  return pb::COMMAND_STATE_UNSPECIFIED;
}

// Parses all of `text` as a number.
bool ParseInt(std::string_view text, int64_t& value) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::string JsonFrom(const google::protobuf::Struct& object) { return ToJson(object); }

google::protobuf::Struct StructFrom(std::string_view json) {
  return FromJson<google::protobuf::Struct>(json);
}

google::protobuf::Timestamp TimestampFrom(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

absl::Time TimeFrom(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

void ToProto(const SeenDevice& seen, pb::Device& out) {
  const Device& device = seen.device;
  out.set_id(device.id);
  out.set_install_id(device.install_id);
  out.set_hardware_id(device.hardware_id);
  out.set_name(device.name);
  out.set_location(device.location);
  out.mutable_tags()->Assign(device.tags.begin(), device.tags.end());
  out.mutable_groups()->Assign(device.groups.begin(), device.groups.end());
  out.set_profile_id(device.profile_id);
  out.set_preset(device.preset);
  *out.mutable_settings_override() = StructFrom(device.settings_override);
  out.set_plex_username(device.plex_username);
  *out.mutable_client_info() = FromJson<pb::ClientInfo>(device.client_info);
  *out.mutable_current_state() = StructFrom(device.current_state);
  out.set_presence(PresenceFrom(seen.presence));
  *out.mutable_created_at() = TimestampFrom(device.created_at);
  *out.mutable_updated_at() = TimestampFrom(device.updated_at);
  if (device.last_seen_at != absl::InfinitePast()) {
    *out.mutable_last_seen_at() = TimestampFrom(device.last_seen_at);
  }
  if (device.last_paired_at != absl::InfinitePast()) {
    *out.mutable_last_paired_at() = TimestampFrom(device.last_paired_at);
  }
  out.set_approval_code(device.approval_code);
  out.set_perhaps_same_as(device.perhaps_same_as);
  out.set_etag(EtagFrom(device.revision));
}

void ToProto(const Command& command, pb::Command& out) {
  out.set_id(command.id);
  out.set_device_id(command.device_id);
  out.set_type(command.type);
  *out.mutable_payload() = StructFrom(command.payload);
  out.set_state(StateFrom(command.state));
  out.set_info(command.detail);
  *out.mutable_created_at() = TimestampFrom(command.created_at);
  *out.mutable_expires_at() = TimestampFrom(command.expires_at);
  *out.mutable_updated_at() =
      TimestampFrom(std::max({command.created_at, command.sent_at, command.closed_at}));
  out.set_deliveries(static_cast<int32_t>(command.deliveries));
}

void ToProto(const OpenCode& code, pb::PairingCode& out) {
  out.set_code(code.code.code);
  out.set_device_id(code.code.device_id);
  out.set_device_name(code.device_name);
  out.set_device_location(code.device_location);
  *out.mutable_expires_at() = TimestampFrom(code.code.expires_at);
  out.set_require_token(!code.code.token_hash.empty());
}

absl::StatusOr<DeviceChange> ChangeFrom(const pb::Device& device,
                                        const google::protobuf::FieldMask& mask) {
  DeviceChange change;
  for (const std::string& path : mask.paths()) {
    if (path == "name") {
      change.name = device.name();
    } else if (path == "location") {
      change.location = device.location();
    } else if (path == "tags") {
      change.tags.emplace(device.tags().begin(), device.tags().end());
    } else if (path == "groups") {
      change.groups.emplace(device.groups().begin(), device.groups().end());
    } else if (path == "profile_id") {
      change.profile_id = device.profile_id();
    } else if (path == "preset") {
      change.preset = device.preset();
    } else if (path == "settings_override") {
      change.settings_override = JsonFrom(device.settings_override());
    } else if (path == "plex_username") {
      change.plex_username = device.plex_username();
    } else {
      return absl::InvalidArgumentError(fmt::format("update_mask: {} cannot be changed", path));
    }
  }
  return change;
}

Credentials FromProto(const pb::DeviceCredentials& credentials) {
  return {.device_id = credentials.device_id(), .secret = credentials.secret()};
}

Identity FromProto(const pb::DeviceIdentity& identity) {
  return {.install_id = identity.install_id(),
          .hardware_id = identity.hardware_id(),
          .cookie_id = identity.cookie_id()};
}

Caller FromProto(const pb::DisplayOrigin& origin) {
  Caller caller{.address = origin.address()};
  if (origin.policy() == pb::REGISTRATION_POLICY_APPROVE) {
    caller.policy = RegistrationPolicy::kApprove;
  } else if (origin.policy() == pb::REGISTRATION_POLICY_CLOSED) {
    caller.policy = RegistrationPolicy::kClosed;
  }
  return caller;
}

HeartbeatData FromProto(const pb::Heartbeat& heartbeat) {
  return {.identity = FromProto(heartbeat.identity()),
          .client_info = heartbeat.has_client_info() ? ToJson(heartbeat.client_info()) : "",
          .current_state = heartbeat.has_state() ? JsonFrom(heartbeat.state()) : ""};
}

std::string EtagFrom(int64_t revision) { return fmt::format("{}", revision); }

absl::StatusOr<int64_t> RevisionFrom(std::string_view etag) {
  int64_t revision = 0;
  if (ParseInt(etag, revision)) return revision;
  return absl::AbortedError("the etag is invalid; read the record again");
}

absl::StatusOr<std::optional<int64_t>> RevisionIfAny(std::string_view etag) {
  if (etag.empty()) return std::optional<int64_t>();
  MARQUEE_ASSIGN_OR_RETURN(const int64_t revision, RevisionFrom(etag));
  return std::optional<int64_t>(revision);
}

std::string PageTokenFrom(const DeviceCursor& cursor) {
  return fmt::format("{}.{}", cursor.created_at_ms, cursor.id);
}

absl::StatusOr<DeviceCursor> CursorFrom(std::string_view page_token) {
  DeviceCursor cursor;
  if (page_token.empty()) return cursor;
  const size_t dot = page_token.find('.');
  if (dot == std::string_view::npos || !ParseInt(page_token.substr(0, dot), cursor.created_at_ms)) {
    return absl::InvalidArgumentError("page_token: expected a token from an earlier response");
  }
  cursor.id = page_token.substr(dot + 1);
  return cursor;
}

}  // namespace marquee::devices
