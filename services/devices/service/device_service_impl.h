// gRPC service DeviceService: converts requests, runs the work on a bounded executor, and converts
// the results.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/registry/adoption.h"
#include "services/devices/registry/approval.h"
#include "services/devices/registry/device_editor.h"
#include "services/devices/registry/pairing.h"
#include "services/devices/registry/registry.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/service/attach_session.h"
#include "services/devices/service/device_watch.h"

namespace marquee::devices {

class DeviceServiceImpl final : public pb::DeviceService::CallbackService {
 public:
  struct Deps {
    Registry& registry;
    DeviceEditor& editor;
    Pairing& pairing;
    Approval& approval;
    Adoption& adoption;
    UnknownDisplays& unknown;
    const StoreIdentity& identity;
    CommandCenter& commands;
    PresenceTracker& presence;
    AttachHub& hub;
    const EffectiveSettingsCache& settings;
    DeviceWatch& watch;
    obs::Logger& logger;
    const base::Clock& clock;
    base::Executor& executor;         // unary calls
    base::Executor& attach_executor;  // messages on Attach streams
  };

  explicit DeviceServiceImpl(Deps deps) : deps_(deps) {}

  grpc::ServerUnaryReactor* RegisterDevice(grpc::CallbackServerContext* context,
                                           const pb::RegisterDeviceRequest* request,
                                           pb::RegisterDeviceResponse* response) override;
  grpc::ServerUnaryReactor* CheckDevice(grpc::CallbackServerContext* context,
                                        const pb::CheckDeviceRequest* request,
                                        pb::CheckDeviceResponse* response) override;
  grpc::ServerUnaryReactor* AuthenticateDevice(grpc::CallbackServerContext* context,
                                               const pb::AuthenticateDeviceRequest* request,
                                               pb::AuthenticateDeviceResponse* response) override;
  grpc::ServerUnaryReactor* SendHeartbeat(grpc::CallbackServerContext* context,
                                          const pb::SendHeartbeatRequest* request,
                                          pb::SendHeartbeatResponse* response) override;
  grpc::ServerUnaryReactor* GetDevice(grpc::CallbackServerContext* context,
                                      const pb::GetDeviceRequest* request,
                                      pb::GetDeviceResponse* response) override;
  grpc::ServerUnaryReactor* ListDevices(grpc::CallbackServerContext* context,
                                        const pb::ListDevicesRequest* request,
                                        pb::ListDevicesResponse* response) override;
  grpc::ServerUnaryReactor* DeleteDevice(grpc::CallbackServerContext* context,
                                         const pb::DeleteDeviceRequest* request,
                                         pb::DeleteDeviceResponse* response) override;
  grpc::ServerUnaryReactor* CreatePairingCode(grpc::CallbackServerContext* context,
                                              const pb::CreatePairingCodeRequest* request,
                                              pb::CreatePairingCodeResponse* response) override;
  grpc::ServerUnaryReactor* ListPairingCodes(grpc::CallbackServerContext* context,
                                             const pb::ListPairingCodesRequest* request,
                                             pb::ListPairingCodesResponse* response) override;
  grpc::ServerUnaryReactor* ClaimPairingCode(grpc::CallbackServerContext* context,
                                             const pb::ClaimPairingCodeRequest* request,
                                             pb::ClaimPairingCodeResponse* response) override;
  grpc::ServerUnaryReactor* UpdateDevice(grpc::CallbackServerContext* context,
                                         const pb::UpdateDeviceRequest* request,
                                         pb::UpdateDeviceResponse* response) override;
  grpc::ServerUnaryReactor* BatchUpdateDevices(grpc::CallbackServerContext* context,
                                               const pb::BatchUpdateDevicesRequest* request,
                                               pb::BatchUpdateDevicesResponse* response) override;
  grpc::ServerUnaryReactor* MergeDevices(grpc::CallbackServerContext* context,
                                         const pb::MergeDevicesRequest* request,
                                         pb::MergeDevicesResponse* response) override;
  grpc::ServerUnaryReactor* ListWaitingDevices(grpc::CallbackServerContext* context,
                                               const pb::ListWaitingDevicesRequest* request,
                                               pb::ListWaitingDevicesResponse* response) override;
  grpc::ServerUnaryReactor* ApproveDevices(grpc::CallbackServerContext* context,
                                           const pb::ApproveDevicesRequest* request,
                                           pb::ApproveDevicesResponse* response) override;
  grpc::ServerUnaryReactor* ListUnknownDisplays(grpc::CallbackServerContext* context,
                                                const pb::ListUnknownDisplaysRequest* request,
                                                pb::ListUnknownDisplaysResponse* response) override;
  grpc::ServerUnaryReactor* AdoptUnknownDisplays(
      grpc::CallbackServerContext* context, const pb::AdoptUnknownDisplaysRequest* request,
      pb::AdoptUnknownDisplaysResponse* response) override;
  grpc::ServerUnaryReactor* RejectUnknownDisplays(
      grpc::CallbackServerContext* context, const pb::RejectUnknownDisplaysRequest* request,
      pb::RejectUnknownDisplaysResponse* response) override;
  grpc::ServerWriteReactor<pb::WatchDevicesResponse>* WatchDevices(
      grpc::CallbackServerContext* context, const pb::WatchDevicesRequest* request) override;
  grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* Attach(
      grpc::CallbackServerContext* context) override;

 private:
  absl::Status Register(const pb::RegisterDeviceRequest& in, pb::RegisterDeviceResponse& out);
  absl::Status Check(const pb::CheckDeviceRequest& in, pb::CheckDeviceResponse& out);
  absl::Status Authenticate(const pb::AuthenticateDeviceRequest& in,
                            pb::AuthenticateDeviceResponse& out);
  absl::Status Heartbeat(const pb::SendHeartbeatRequest& in, pb::SendHeartbeatResponse& out);
  absl::Status Get(const pb::GetDeviceRequest& in, pb::GetDeviceResponse& out);
  absl::Status List(const pb::ListDevicesRequest& in, pb::ListDevicesResponse& out);
  absl::Status Delete(const pb::DeleteDeviceRequest& in, pb::DeleteDeviceResponse& out);
  absl::Status CreateCode(const pb::CreatePairingCodeRequest& in,
                          pb::CreatePairingCodeResponse& out);
  absl::Status ListCodes(const pb::ListPairingCodesRequest& in, pb::ListPairingCodesResponse& out);
  absl::Status Claim(const pb::ClaimPairingCodeRequest& in, pb::ClaimPairingCodeResponse& out);
  absl::Status Update(const pb::UpdateDeviceRequest& in, pb::UpdateDeviceResponse& out);
  absl::Status BatchUpdate(const pb::BatchUpdateDevicesRequest& in,
                           pb::BatchUpdateDevicesResponse& out);
  absl::Status Merge(const pb::MergeDevicesRequest& in, pb::MergeDevicesResponse& out);
  absl::Status ListWaiting(const pb::ListWaitingDevicesRequest& in,
                           pb::ListWaitingDevicesResponse& out);
  absl::Status Approve(const pb::ApproveDevicesRequest& in, pb::ApproveDevicesResponse& out);
  absl::Status ListUnknown(const pb::ListUnknownDisplaysRequest& in,
                           pb::ListUnknownDisplaysResponse& out);
  absl::Status Adopt(const pb::AdoptUnknownDisplaysRequest& in,
                     pb::AdoptUnknownDisplaysResponse& out);
  absl::Status Reject(const pb::RejectUnknownDisplaysRequest& in,
                      pb::RejectUnknownDisplaysResponse& out);
  // The names of a request, or those of all displays if it says so.
  template <class Request>
  absl::StatusOr<std::vector<std::string>> NamesOf(const Request& in) const;

  const Deps deps_;
};

}  // namespace marquee::devices
