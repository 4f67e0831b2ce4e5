#include "services/devices/service/device_service_impl.h"

#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/service/attach_stream.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/paging.h"
#include "services/devices/service/run_service_method.h"
#include "services/devices/service/settings_check.h"

namespace marquee::devices {
namespace {

constexpr size_t kDefaultDevices = 200;
constexpr int kMostDevices = 1000;
constexpr int kStandardCodes = 100;

pb::CheckDeviceResponse::Outcome OutcomeFrom(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::kValid:
      return pb::CheckDeviceResponse::OUTCOME_VALID;
    case CheckOutcome::kNotFound:
      return pb::CheckDeviceResponse::OUTCOME_NOT_FOUND;
    case CheckOutcome::kSecretRequired:
      return pb::CheckDeviceResponse::OUTCOME_SECRET_REQUIRED;
    case CheckOutcome::kInvalidSecret:
      return pb::CheckDeviceResponse::OUTCOME_INVALID_SECRET;
  }
  return pb::CheckDeviceResponse::OUTCOME_UNSPECIFIED;
}

}  // namespace

absl::Status DeviceServiceImpl::Register(const pb::RegisterDeviceRequest& in,
                                         pb::RegisterDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(Registered registered,
                           deps_.registry.Register({.identity = FromProto(in.identity()),
                                                    .name = in.name(),
                                                    .location = in.location(),
                                                    .request_id = in.request_id(),
                                                    .proof = FromProto(in.credentials()),
                                                    .caller = FromProto(in.origin())}));
  out.set_secret(registered.secret);
  out.set_created(registered.created);
  out.set_store_id(deps_.identity.id());
  const Presence presence = deps_.presence.Of(registered.device);
  ToProto({.device = std::move(registered.device), .presence = presence}, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Check(const pb::CheckDeviceRequest& in,
                                      pb::CheckDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Checked checked,
                           deps_.registry.Check(FromProto(in.credentials()),
                                                FromProto(in.identity()), FromProto(in.origin())));
  out.set_store_id(deps_.identity.id());
  out.set_outcome(OutcomeFrom(checked.outcome));
  out.set_device_id(checked.device_id);
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Authenticate(const pb::AuthenticateDeviceRequest& in,
                                             pb::AuthenticateDeviceResponse& out) {
  const Caller caller = FromProto(in.origin());
  MARQUEE_ASSIGN_OR_RETURN(Device device,
                           deps_.registry.Authenticate(FromProto(in.credentials()), {}, caller));
  deps_.presence.Overlay(device);
  const Presence presence = deps_.presence.Of(device);
  ToProto({.device = std::move(device), .presence = presence}, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Heartbeat(const pb::SendHeartbeatRequest& in,
                                          pb::SendHeartbeatResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(
      const HeartbeatResult answer,
      deps_.registry.Heartbeat(FromProto(in.credentials()), FromProto(in.heartbeat()),
                               FromProto(in.origin())));
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Command> commands,
                           deps_.commands.HandOut(answer.device_id));
  out.set_store_id(deps_.identity.id());
  out.set_reload(answer.reload);
  out.set_approval_code(answer.approval_code);
  for (const Command& command : commands) {
    pb::Command& told = *out.add_commands();
    ToProto(command, told);
    told.set_id(WireIdOf(command));
  }
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Get(const pb::GetDeviceRequest& in, pb::GetDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const SeenDevice seen, deps_.registry.Get(in.device_id()));
  ToProto(seen, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::List(const pb::ListDevicesRequest& in,
                                     pb::ListDevicesResponse& out) {
  if (in.page_size() < 0 || in.page_size() > kMostDevices) {
    return absl::InvalidArgumentError("page_size: expected 1 to 1000, or 0 for 200");
  }
  MARQUEE_ASSIGN_OR_RETURN(const DeviceCursor after, CursorFrom(in.page_token()));
  const size_t limit = in.page_size() == 0 ? kDefaultDevices : static_cast<size_t>(in.page_size());
  MARQUEE_ASSIGN_OR_RETURN(const DevicePage page, deps_.registry.List(after, limit));
  for (const SeenDevice& seen : page.devices) ToProto(seen, *out.add_devices());
  if (page.next) out.set_next_page_token(PageTokenFrom(*page.next));
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Delete(const pb::DeleteDeviceRequest& in,
                                       pb::DeleteDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto revision, RevisionIfAny(in.etag()));
  MARQUEE_ASSIGN_OR_RETURN(const std::optional<Socket> socket,
                           deps_.registry.Delete(in.device_id(), revision));
  if (socket) deps_.hub.Close(*socket, in.device_id(), kCloseUnauthorized, "Unauthorized");
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::CreateCode(const pb::CreatePairingCodeRequest& in,
                                           pb::CreatePairingCodeResponse& out) {
  const absl::Duration ttl =
      absl::Seconds(in.ttl().seconds()) + absl::Nanoseconds(in.ttl().nanos());
  MARQUEE_ASSIGN_OR_RETURN(const NewCode made,
                           deps_.pairing.CreateCode(in.device_id(), ttl, in.require_token()));
  ToProto(made.open, *out.mutable_pairing_code());
  out.set_token(made.token);
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::ListCodes(const pb::ListPairingCodesRequest& in,
                                          pb::ListPairingCodesResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto codes, deps_.pairing.ListCodes());
  MARQUEE_ASSIGN_OR_RETURN(
      const PageRange page,
      PageOf(codes.size(), in.page_size(), in.page_token(), kStandardCodes, kMostDevices));
  for (size_t i = page.begin; i < page.end; ++i) ToProto(codes[i], *out.add_pairing_codes());
  out.set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Claim(const pb::ClaimPairingCodeRequest& in,
                                      pb::ClaimPairingCodeResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(Registered claimed,
                           deps_.pairing.Claim({.code = in.code(),
                                                .token = in.token(),
                                                .identity = FromProto(in.identity()),
                                                .name = in.name(),
                                                .location = in.location()}));
  out.set_secret(claimed.secret);
  const Presence presence = deps_.presence.Of(claimed.device);
  ToProto({.device = std::move(claimed.device), .presence = presence}, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Update(const pb::UpdateDeviceRequest& in,
                                       pb::UpdateDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const DeviceChange change, ChangeFrom(in.device(), in.update_mask()));
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings_override", change.settings_override,
                                        in.accept_unknown(), in.device().id(), deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(const auto revision, RevisionIfAny(in.device().etag()));
  MARQUEE_ASSIGN_OR_RETURN(const SeenDevice seen, deps_.editor.Update(in.device().id(), change,
                                                                      revision, in.request_id()));
  ToProto(seen, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::BatchUpdate(const pb::BatchUpdateDevicesRequest& in,
                                            pb::BatchUpdateDevicesResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const DeviceChange change, ChangeFrom(in.device(), in.update_mask()));
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings_override", change.settings_override,
                                        in.accept_unknown(), "several devices", deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(
      const BatchUpdated updated,
      deps_.editor.BatchUpdate({in.device_ids().begin(), in.device_ids().end()}, change,
                               in.request_id()));
  for (const SeenDevice& seen : updated.devices) ToProto(seen, *out.add_devices());
  out.mutable_missing_ids()->Assign(updated.missing_ids.begin(), updated.missing_ids.end());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Merge(const pb::MergeDevicesRequest& in,
                                      pb::MergeDevicesResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(
      const Merged merged,
      deps_.editor.Merge(in.target_id(), {in.source_ids().begin(), in.source_ids().end()},
                         in.request_id()));
  for (const auto& [device_id, socket] : merged.sockets) {
    if (merged.displays_continue) {
      deps_.hub.Close(socket, device_id, kCloseTryAgain, "merged");
    } else {
      deps_.hub.Close(socket, device_id, kCloseUnauthorized, "Unauthorized");
    }
  }
  ToProto(merged.device, *out.mutable_device());
  out.set_merged(merged.merged);
  return absl::OkStatus();
}

grpc::ServerWriteReactor<pb::WatchDevicesResponse>* DeviceServiceImpl::WatchDevices(
    grpc::CallbackServerContext*, const pb::WatchDevicesRequest* request) {
  return deps_.watch.Watch(request->resume_token());
}

grpc::ServerUnaryReactor* DeviceServiceImpl::RegisterDevice(
    grpc::CallbackServerContext* context, const pb::RegisterDeviceRequest* request,
    pb::RegisterDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Register, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::CheckDevice(grpc::CallbackServerContext* context,
                                                         const pb::CheckDeviceRequest* request,
                                                         pb::CheckDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Check, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::AuthenticateDevice(
    grpc::CallbackServerContext* context, const pb::AuthenticateDeviceRequest* request,
    pb::AuthenticateDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Authenticate, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::SendHeartbeat(grpc::CallbackServerContext* context,
                                                           const pb::SendHeartbeatRequest* request,
                                                           pb::SendHeartbeatResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Heartbeat, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::GetDevice(grpc::CallbackServerContext* context,
                                                       const pb::GetDeviceRequest* request,
                                                       pb::GetDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Get, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ListDevices(grpc::CallbackServerContext* context,
                                                         const pb::ListDevicesRequest* request,
                                                         pb::ListDevicesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::List, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::DeleteDevice(grpc::CallbackServerContext* context,
                                                          const pb::DeleteDeviceRequest* request,
                                                          pb::DeleteDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Delete, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::CreatePairingCode(
    grpc::CallbackServerContext* context, const pb::CreatePairingCodeRequest* request,
    pb::CreatePairingCodeResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::CreateCode, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ListPairingCodes(
    grpc::CallbackServerContext* context, const pb::ListPairingCodesRequest* request,
    pb::ListPairingCodesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::ListCodes, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ClaimPairingCode(
    grpc::CallbackServerContext* context, const pb::ClaimPairingCodeRequest* request,
    pb::ClaimPairingCodeResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Claim, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::UpdateDevice(grpc::CallbackServerContext* context,
                                                          const pb::UpdateDeviceRequest* request,
                                                          pb::UpdateDeviceResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Update, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::BatchUpdateDevices(
    grpc::CallbackServerContext* context, const pb::BatchUpdateDevicesRequest* request,
    pb::BatchUpdateDevicesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::BatchUpdate, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::MergeDevices(grpc::CallbackServerContext* context,
                                                          const pb::MergeDevicesRequest* request,
                                                          pb::MergeDevicesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Merge, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* DeviceServiceImpl::Attach(
    grpc::CallbackServerContext* context) {
  return AttachStream::Start(*context, deps_.attach_executor,
                             {.registry = deps_.registry,
                              .commands = deps_.commands,
                              .presence = deps_.presence,
                              .hub = deps_.hub,
                              .settings = deps_.settings,
                              .clock = deps_.clock});
}

}  // namespace marquee::devices
