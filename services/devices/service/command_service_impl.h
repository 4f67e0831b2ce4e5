// gRPC service CommandService.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/commands/command_jobs.h"
#include "services/devices/groups/group_manager.h"
#include "services/devices/service/watchers.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

class CommandServiceImpl final : public pb::CommandService::CallbackService {
 public:
  struct Deps {
    CommandCenter& commands;
    CommandJobs& jobs;
    GroupManager& groups;
    const base::Clock& clock;
    base::Executor& executor;
  };

  explicit CommandServiceImpl(Deps deps) : deps_(deps) {}

  // These two hold no thread while they wait for displays.
  grpc::ServerUnaryReactor* SendCommand(grpc::CallbackServerContext* context,
                                        const pb::SendCommandRequest* request,
                                        pb::SendCommandResponse* response) override;
  grpc::ServerUnaryReactor* BatchSendCommands(grpc::CallbackServerContext* context,
                                              const pb::BatchSendCommandsRequest* request,
                                              pb::BatchSendCommandsResponse* response) override;
  grpc::ServerWriteReactor<pb::WatchCommandJobResponse>* WatchCommandJob(
      grpc::CallbackServerContext* context, const pb::WatchCommandJobRequest* request) override;
  grpc::ServerUnaryReactor* CancelCommandJob(grpc::CallbackServerContext* context,
                                             const pb::CancelCommandJobRequest* request,
                                             pb::CancelCommandJobResponse* response) override;
  grpc::ServerUnaryReactor* ListCommands(grpc::CallbackServerContext* context,
                                         const pb::ListCommandsRequest* request,
                                         pb::ListCommandsResponse* response) override;
  grpc::ServerUnaryReactor* CancelCommand(grpc::CallbackServerContext* context,
                                          const pb::CancelCommandRequest* request,
                                          pb::CancelCommandResponse* response) override;

  // The listener of CommandJobs.
  void OnProgress(const std::string& job_id, const JobProgress& progress);
  void EndAll(const absl::Status& status);

 private:
  absl::StatusOr<BatchRequest> BatchFrom(const pb::BatchSendCommandsRequest& in,
                                         absl::Time deadline);
  absl::Status List(const pb::ListCommandsRequest& in, pb::ListCommandsResponse& out);
  absl::Status Cancel(const pb::CancelCommandRequest& in, pb::CancelCommandResponse& out);
  absl::Status CancelJob(const pb::CancelCommandJobRequest& in, pb::CancelCommandJobResponse& out);

  const Deps deps_;
  Watchers<pb::WatchCommandJobResponse> watchers_;
};

}  // namespace marquee::devices
