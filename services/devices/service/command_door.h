// The door of CommandService. Jobs (BatchSendCommands and what belongs to it) answer UNIMPLEMENTED.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "services/devices/commands/command_center.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

class CommandDoor final : public pb::CommandService::CallbackService {
 public:
  struct Deps {
    CommandCenter& commands;
    const base::Clock& clock;
    base::Executor& executor;
  };

  explicit CommandDoor(Deps deps) : deps_(deps) {}

  // While it waits for a display, it holds no thread.
  grpc::ServerUnaryReactor* SendCommand(grpc::CallbackServerContext* context,
                                        const pb::SendCommandRequest* request,
                                        pb::SendCommandResponse* response) override;
  grpc::ServerUnaryReactor* ListCommands(grpc::CallbackServerContext* context,
                                         const pb::ListCommandsRequest* request,
                                         pb::ListCommandsResponse* response) override;
  grpc::ServerUnaryReactor* CancelCommand(grpc::CallbackServerContext* context,
                                          const pb::CancelCommandRequest* request,
                                          pb::CancelCommandResponse* response) override;

 private:
  absl::Status List(const pb::ListCommandsRequest& in, pb::ListCommandsResponse& out);

  const Deps deps_;
};

}  // namespace marquee::devices
