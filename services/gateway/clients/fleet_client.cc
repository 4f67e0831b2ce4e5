#include "services/gateway/clients/fleet_client.h"

#include <functional>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/clients/device_convert.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace pb = marquee::devices::v1;

namespace {

// One page suffices: the service limits the number (kMaxGroups, kMaxProfiles, kMaxOpenCodes).
constexpr int kLargestPage = 1000;

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

google::protobuf::Duration ToDuration(absl::Duration duration) {
  const timespec parts = absl::ToTimespec(duration);
  google::protobuf::Duration out;
  out.set_seconds(parts.tv_sec);
  out.set_nanos(static_cast<int32_t>(parts.tv_nsec));
  return out;
}

PairingCode ToCode(const pb::PairingCode& code) {
  PairingCode out;
  out.code = code.code();
  out.device_id = code.device_id();
  out.device_name = code.device_name();
  out.device_location = code.device_location();
  out.expires_at = ToTime(code.expires_at());
  out.require_token = code.require_token();
  return out;
}

template <class Message>
SettingsGroup Common(const Message& message) {
  SettingsGroup out;
  out.id = message.id();
  out.name = message.name();
  out.description = message.description();
  if (message.has_created_at()) out.created_at = ToTime(message.created_at());
  if (message.has_updated_at()) out.updated_at = ToTime(message.updated_at());
  out.etag = message.etag();
  return out;
}

SettingsGroup ToGroup(const pb::Group& group) {
  SettingsGroup out = Common(group);
  out.settings_json = ToJson(group.settings_template());
  out.order = group.order();
  return out;
}

SettingsGroup ToGroup(const pb::Profile& profile) {
  SettingsGroup out = Common(profile);
  out.settings_json = ToJson(profile.settings());
  return out;
}

absl::Status SetSettings(pb::Group& group, const std::string& json) {
  MARQUEE_ASSIGN_OR_RETURN(*group.mutable_settings_template(), FromJson(json));
  return absl::OkStatus();
}

absl::Status SetSettings(pb::Profile& profile, const std::string& json) {
  MARQUEE_ASSIGN_OR_RETURN(*profile.mutable_settings(), FromJson(json));
  return absl::OkStatus();
}

// Copies the fields that are set into `message` and adds their names to `mask`.
template <class Message>
absl::Status Fill(const GroupChange& change, const char* settings_field, Message& message,
                  google::protobuf::FieldMask* mask) {
  const auto name_it = [mask](const char* path) {
    if (mask != nullptr) mask->add_paths(path);
  };
  if (change.name) {
    message.set_name(*change.name);
    name_it("name");
  }
  if (change.description) {
    message.set_description(*change.description);
    name_it("description");
  }
  if (change.settings_json) {
    MARQUEE_RETURN_IF_ERROR(SetSettings(message, *change.settings_json));
    name_it(settings_field);
  }
  return absl::OkStatus();
}

absl::Status Fill(const DeviceChange& change, pb::Device& device,
                  google::protobuf::FieldMask& mask) {
  const auto text = [&](const std::optional<std::string>& value, const char* path, auto set) {
    if (!value) return;
    (device.*set)(std::string(*value));
    mask.add_paths(path);
  };
  text(change.name, "name", &pb::Device::set_name<std::string>);
  text(change.location, "location", &pb::Device::set_location<std::string>);
  text(change.profile_id, "profile_id", &pb::Device::set_profile_id<std::string>);
  text(change.preset, "preset", &pb::Device::set_preset<std::string>);
  text(change.plex_username, "plex_username", &pb::Device::set_plex_username<std::string>);
  if (change.tags) {
    device.mutable_tags()->Assign(change.tags->begin(), change.tags->end());
    mask.add_paths("tags");
  }
  if (change.groups) {
    device.mutable_groups()->Assign(change.groups->begin(), change.groups->end());
    mask.add_paths("groups");
  }
  if (change.settings_override_json) {
    MARQUEE_ASSIGN_OR_RETURN(*device.mutable_settings_override(),
                             FromJson(*change.settings_override_json));
    mask.add_paths("settings_override");
  }
  return absl::OkStatus();
}

}  // namespace

FleetClient::FleetClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      devices_(pb::DeviceService::NewStub(deps_.channel)),
      commands_(pb::CommandService::NewStub(deps_.channel)),
      groups_(pb::GroupService::NewStub(deps_.channel)),
      settings_(pb::SettingsService::NewStub(deps_.channel)) {}

FleetClient::~FleetClient() = default;

asio::awaitable<absl::StatusOr<Device>> FleetClient::Update(std::string device_id,
                                                            DeviceChange change, std::string etag) {
  pb::UpdateDeviceRequest ask;
  ask.mutable_device()->set_id(device_id);
  ask.mutable_device()->set_etag(etag);
  ask.set_accept_unknown(change.accept_unknown);
  const absl::Status filled = Fill(change, *ask.mutable_device(), *ask.mutable_update_mask());
  if (!filled.ok()) co_return filled;
  const auto answer = co_await Call(devices_->async(),
                                    &pb::DeviceService::Stub::async::UpdateDevice, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  co_return ToDevice(answer->device());
}

asio::awaitable<absl::Status> FleetClient::Delete(std::string device_id, std::string etag) {
  pb::DeleteDeviceRequest ask;
  ask.set_device_id(device_id);
  ask.set_etag(etag);
  const auto answer = co_await Call(devices_->async(),
                                    &pb::DeviceService::Stub::async::DeleteDevice, std::move(ask));
  co_return answer.status();
}

asio::awaitable<absl::StatusOr<int>> FleetClient::Merge(std::string target_id,
                                                        std::vector<std::string> source_ids) {
  pb::MergeDevicesRequest ask;
  ask.set_target_id(target_id);
  ask.mutable_source_ids()->Assign(source_ids.begin(), source_ids.end());
  const auto answer = co_await Call(devices_->async(),
                                    &pb::DeviceService::Stub::async::MergeDevices, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  co_return answer->merged();
}

asio::awaitable<absl::StatusOr<PairingCode>> FleetClient::CreateCode(std::string device_id,
                                                                     absl::Duration ttl,
                                                                     bool require_token) {
  pb::CreatePairingCodeRequest ask;
  ask.set_device_id(device_id);
  if (ttl > absl::ZeroDuration()) *ask.mutable_ttl() = ToDuration(ttl);
  ask.set_require_token(require_token);
  const auto answer = co_await Call(
      devices_->async(), &pb::DeviceService::Stub::async::CreatePairingCode, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  PairingCode code = ToCode(answer->pairing_code());
  code.token = answer->token();
  co_return code;
}

asio::awaitable<absl::StatusOr<std::vector<PairingCode>>> FleetClient::ListCodes() {
  pb::ListPairingCodesRequest ask;
  ask.set_page_size(kLargestPage);
  const auto answer = co_await Call(
      devices_->async(), &pb::DeviceService::Stub::async::ListPairingCodes, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  std::vector<PairingCode> codes;
  for (const pb::PairingCode& code : answer->pairing_codes()) codes.push_back(ToCode(code));
  co_return codes;
}

asio::awaitable<absl::StatusOr<Registered>> FleetClient::Claim(ClaimRequest request) {
  pb::ClaimPairingCodeRequest ask;
  ask.set_code(request.code);
  ask.set_token(request.token);
  *ask.mutable_identity() = ToProto(request.identity);
  ask.set_name(request.name);
  ask.set_location(request.location);
  const auto answer = co_await Call(
      devices_->async(), &pb::DeviceService::Stub::async::ClaimPairingCode, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  Registered claimed{answer->device().id(), answer->secret(), answer->device().name()};
  co_return claimed;
}

asio::awaitable<absl::StatusOr<BatchSent>> FleetClient::Send(BatchCommand command) {
  pb::BatchSendCommandsRequest ask;
  ask.mutable_device_ids()->Assign(command.device_ids.begin(), command.device_ids.end());
  ask.set_group_id(command.group_id);
  ask.set_all(command.all);
  ask.set_type(command.type);
  auto payload = FromJson(command.payload_json);
  if (!payload.ok()) co_return payload.status();
  *ask.mutable_payload() = *std::move(payload);
  if (command.wait > absl::ZeroDuration()) *ask.mutable_wait() = ToDuration(command.wait);
  const auto answer =
      co_await Call(commands_->async(), &pb::CommandService::Stub::async::BatchSendCommands,
                    std::move(ask), command.wait);
  if (!answer.ok()) co_return answer.status();
  BatchSent sent;
  for (const pb::SendCommandResponse& result : answer->results()) {
    sent.results.push_back({.device_id = result.command().device_id(),
                            .sent = {ToCommand(result.command()), result.live()}});
  }
  sent.missing_ids = {answer->missing_ids().begin(), answer->missing_ids().end()};
  co_return sent;
}

asio::awaitable<absl::StatusOr<std::vector<SettingsGroup>>> FleetClient::ListGroups(
    GroupKind kind) {
  std::vector<SettingsGroup> all;
  if (kind == GroupKind::kGroup) {
    pb::ListGroupsRequest ask;
    ask.set_page_size(kLargestPage);
    const auto answer =
        co_await Call(groups_->async(), &pb::GroupService::Stub::async::ListGroups, std::move(ask));
    if (!answer.ok()) co_return answer.status();
    for (const pb::Group& group : answer->groups()) all.push_back(ToGroup(group));
  } else {
    pb::ListProfilesRequest ask;
    ask.set_page_size(kLargestPage);
    const auto answer = co_await Call(groups_->async(),
                                      &pb::GroupService::Stub::async::ListProfiles, std::move(ask));
    if (!answer.ok()) co_return answer.status();
    for (const pb::Profile& profile : answer->profiles()) all.push_back(ToGroup(profile));
  }
  co_return all;
}

asio::awaitable<absl::StatusOr<SettingsGroup>> FleetClient::CreateGroup(GroupKind kind,
                                                                        std::string id,
                                                                        GroupChange values) {
  if (kind == GroupKind::kGroup) {
    pb::CreateGroupRequest ask;
    ask.mutable_group()->set_id(id);
    ask.set_accept_unknown(values.accept_unknown);
    const absl::Status filled = Fill(values, "", *ask.mutable_group(), nullptr);
    if (!filled.ok()) co_return filled;
    if (values.order) ask.mutable_group()->set_order(*values.order);
    const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::CreateGroup,
                                      std::move(ask));
    if (!answer.ok()) co_return answer.status();
    co_return ToGroup(answer->group());
  }
  pb::CreateProfileRequest ask;
  ask.mutable_profile()->set_id(id);
  ask.set_accept_unknown(values.accept_unknown);
  const absl::Status filled = Fill(values, "", *ask.mutable_profile(), nullptr);
  if (!filled.ok()) co_return filled;
  const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::CreateProfile,
                                    std::move(ask));
  if (!answer.ok()) co_return answer.status();
  co_return ToGroup(answer->profile());
}

asio::awaitable<absl::StatusOr<SettingsGroup>> FleetClient::UpdateGroup(GroupKind kind,
                                                                        std::string id,
                                                                        GroupChange change,
                                                                        std::string etag) {
  if (kind == GroupKind::kGroup) {
    pb::UpdateGroupRequest ask;
    ask.mutable_group()->set_id(id);
    ask.mutable_group()->set_etag(etag);
    ask.set_accept_unknown(change.accept_unknown);
    const absl::Status filled =
        Fill(change, "settings_template", *ask.mutable_group(), ask.mutable_update_mask());
    if (!filled.ok()) co_return filled;
    if (change.order) {
      ask.mutable_group()->set_order(*change.order);
      ask.mutable_update_mask()->add_paths("order");
    }
    const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::UpdateGroup,
                                      std::move(ask));
    if (!answer.ok()) co_return answer.status();
    co_return ToGroup(answer->group());
  }
  pb::UpdateProfileRequest ask;
  ask.mutable_profile()->set_id(id);
  ask.mutable_profile()->set_etag(etag);
  ask.set_accept_unknown(change.accept_unknown);
  const absl::Status filled =
      Fill(change, "settings", *ask.mutable_profile(), ask.mutable_update_mask());
  if (!filled.ok()) co_return filled;
  const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::UpdateProfile,
                                    std::move(ask));
  if (!answer.ok()) co_return answer.status();
  co_return ToGroup(answer->profile());
}

asio::awaitable<absl::Status> FleetClient::DeleteGroup(GroupKind kind, std::string id) {
  if (kind == GroupKind::kGroup) {
    pb::DeleteGroupRequest ask;
    ask.set_group_id(id);
    const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::DeleteGroup,
                                      std::move(ask));
    co_return answer.status();
  }
  pb::DeleteProfileRequest ask;
  ask.set_profile_id(id);
  const auto answer = co_await Call(groups_->async(), &pb::GroupService::Stub::async::DeleteProfile,
                                    std::move(ask));
  co_return answer.status();
}

asio::awaitable<absl::StatusOr<std::string>> FleetClient::Presets() {
  pb::GetDocumentRequest ask;
  ask.set_document_id("presets");
  const auto answer = co_await Call(settings_->async(),
                                    &pb::SettingsService::Stub::async::GetDocument, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  co_return ToJson(answer->document().body());
}

asio::awaitable<absl::Status> FleetClient::PutPresets(std::string document_json,
                                                      bool accept_unknown) {
  pb::UpdateDocumentRequest ask;
  ask.set_document_id("presets");
  ask.set_accept_unknown(accept_unknown);
  auto body = FromJson(document_json);
  if (!body.ok()) co_return body.status();
  *ask.mutable_body() = *std::move(body);
  const auto answer = co_await Call(
      settings_->async(), &pb::SettingsService::Stub::async::UpdateDocument, std::move(ask));
  co_return answer.status();
}

}  // namespace marquee::gateway
