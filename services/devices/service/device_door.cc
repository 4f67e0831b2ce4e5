#include "services/devices/service/device_door.h"

#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/unary.h"
#include "services/devices/service/attach_stream.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {
namespace {

constexpr size_t kDefaultDevices = 200;
constexpr int kMostDevices = 1000;

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

template <class Request, class Response>
grpc::ServerUnaryReactor* DeviceDoor::Run(grpc::CallbackServerContext& context,
                                          const Request& request, Response& response,
                                          absl::Status (DeviceDoor::*work)(const Request&,
                                                                           Response&)) {
  return rpc::RunUnary(context, deps_.executor, deps_.clock, request, response,
                       [this, work](const base::CallContext& call, const Request& in,
                                    Response& out) -> absl::Status {
                         // Nobody waits any more: leave the store to those who do.
                         MARQUEE_RETURN_IF_ERROR(call.Check(deps_.clock));
                         return (this->*work)(in, out);
                       });
}

absl::Status DeviceDoor::Register(const pb::RegisterDeviceRequest& in,
                                  pb::RegisterDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(Registered registered,
                           deps_.registry.Register({.identity = FromProto(in.identity()),
                                                    .name = in.name(),
                                                    .location = in.location(),
                                                    .request_id = in.request_id()}));
  out.set_secret(registered.secret);
  out.set_created(registered.created);
  const Presence presence = deps_.presence.Of(registered.device);
  ToProto({.device = std::move(registered.device), .presence = presence}, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceDoor::Check(const pb::CheckDeviceRequest& in, pb::CheckDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Checked checked, deps_.registry.Check(FromProto(in.credentials()),
                                                                       FromProto(in.identity())));
  out.set_outcome(OutcomeFrom(checked.outcome));
  out.set_device_id(checked.device_id);
  return absl::OkStatus();
}

absl::Status DeviceDoor::Authenticate(const pb::AuthenticateDeviceRequest& in,
                                      pb::AuthenticateDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(Device device, deps_.registry.Authenticate(FromProto(in.credentials())));
  deps_.presence.Overlay(device);
  const Presence presence = deps_.presence.Of(device);
  ToProto({.device = std::move(device), .presence = presence}, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceDoor::Heartbeat(const pb::SendHeartbeatRequest& in,
                                   pb::SendHeartbeatResponse& out) {
  const Credentials credentials = FromProto(in.credentials());
  MARQUEE_ASSIGN_OR_RETURN(const HeartbeatAnswer answer,
                           deps_.registry.Heartbeat(credentials, FromProto(in.heartbeat())));
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Command> commands,
                           deps_.commands.HandOut(credentials.device_id));
  out.set_reload(answer.reload);
  for (const Command& command : commands) ToProto(command, *out.add_commands());
  return absl::OkStatus();
}

absl::Status DeviceDoor::Get(const pb::GetDeviceRequest& in, pb::GetDeviceResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const SeenDevice seen, deps_.registry.Get(in.device_id()));
  ToProto(seen, *out.mutable_device());
  return absl::OkStatus();
}

absl::Status DeviceDoor::List(const pb::ListDevicesRequest& in, pb::ListDevicesResponse& out) {
  if (in.page_size() < 0 || in.page_size() > kMostDevices) {
    return absl::InvalidArgumentError("page_size: 1 to 1000, or 0 for 200");
  }
  MARQUEE_ASSIGN_OR_RETURN(const DeviceCursor after, CursorFrom(in.page_token()));
  const size_t limit = in.page_size() == 0 ? kDefaultDevices : static_cast<size_t>(in.page_size());
  MARQUEE_ASSIGN_OR_RETURN(const DevicePage page, deps_.registry.List(after, limit));
  for (const SeenDevice& seen : page.devices) ToProto(seen, *out.add_devices());
  if (page.next) out.set_next_page_token(PageTokenFrom(*page.next));
  return absl::OkStatus();
}

absl::Status DeviceDoor::Delete(const pb::DeleteDeviceRequest& in, pb::DeleteDeviceResponse& out) {
  std::optional<int64_t> revision;
  if (!in.etag().empty()) {
    MARQUEE_ASSIGN_OR_RETURN(revision, RevisionFrom(in.etag()));
  }
  MARQUEE_ASSIGN_OR_RETURN(const std::optional<Socket> socket,
                           deps_.registry.Delete(in.device_id(), revision));
  if (socket) deps_.hub.Close(*socket, in.device_id(), kCloseUnauthorized, "Unauthorized");
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* DeviceDoor::RegisterDevice(grpc::CallbackServerContext* context,
                                                     const pb::RegisterDeviceRequest* request,
                                                     pb::RegisterDeviceResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Register);
}

grpc::ServerUnaryReactor* DeviceDoor::CheckDevice(grpc::CallbackServerContext* context,
                                                  const pb::CheckDeviceRequest* request,
                                                  pb::CheckDeviceResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Check);
}

grpc::ServerUnaryReactor* DeviceDoor::AuthenticateDevice(
    grpc::CallbackServerContext* context, const pb::AuthenticateDeviceRequest* request,
    pb::AuthenticateDeviceResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Authenticate);
}

grpc::ServerUnaryReactor* DeviceDoor::SendHeartbeat(grpc::CallbackServerContext* context,
                                                    const pb::SendHeartbeatRequest* request,
                                                    pb::SendHeartbeatResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Heartbeat);
}

grpc::ServerUnaryReactor* DeviceDoor::GetDevice(grpc::CallbackServerContext* context,
                                                const pb::GetDeviceRequest* request,
                                                pb::GetDeviceResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Get);
}

grpc::ServerUnaryReactor* DeviceDoor::ListDevices(grpc::CallbackServerContext* context,
                                                  const pb::ListDevicesRequest* request,
                                                  pb::ListDevicesResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::List);
}

grpc::ServerUnaryReactor* DeviceDoor::DeleteDevice(grpc::CallbackServerContext* context,
                                                   const pb::DeleteDeviceRequest* request,
                                                   pb::DeleteDeviceResponse* response) {
  return Run(*context, *request, *response, &DeviceDoor::Delete);
}

grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* DeviceDoor::Attach(
    grpc::CallbackServerContext* context) {
  return AttachStream::Start(*context, deps_.attach_executor,
                             {.registry = deps_.registry,
                              .commands = deps_.commands,
                              .presence = deps_.presence,
                              .hub = deps_.hub,
                              .clock = deps_.clock});
}

}  // namespace marquee::devices
