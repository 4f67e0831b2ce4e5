// The door of DeviceService: parses, hands the work to a bounded executor, answers. Pairing,
// updates, merging and watching answer UNIMPLEMENTED.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/registry/registry.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/service/attach_session.h"

namespace marquee::devices {

class DeviceDoor final : public pb::DeviceService::CallbackService {
 public:
  struct Deps {
    Registry& registry;
    CommandCenter& commands;
    PresenceBoard& presence;
    AttachHub& hub;
    const base::Clock& clock;
    base::Executor& executor;         // unary calls
    base::Executor& attach_executor;  // what gateways say on their streams
  };

  explicit DeviceDoor(Deps deps) : deps_(deps) {}

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

  // A unary call whose work is one of the methods above.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext& context, const Request& request,
                                Response& response,
                                absl::Status (DeviceDoor::*work)(const Request&, Response&));

  const Deps deps_;
};

}  // namespace marquee::devices
