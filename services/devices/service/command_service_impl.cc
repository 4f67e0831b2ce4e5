#include "services/devices/service/command_service_impl.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/run_service_method.h"

namespace marquee::devices {
namespace {

constexpr int kLargestPage = 100;

// Time reserved to send the response before the caller's deadline.
constexpr absl::Duration kResponseReserve = absl::Milliseconds(100);

template <class Request>
absl::Duration WaitOf(const Request& request, absl::Duration left) {
  if (!request.has_wait()) return absl::ZeroDuration();
  const absl::Duration wait =
      absl::Seconds(request.wait().seconds()) + absl::Nanoseconds(request.wait().nanos());
  return std::min(wait, left - kResponseReserve);
}

pb::WatchCommandJobResponse ToProto(const JobProgress& progress) {
  pb::WatchCommandJobResponse out;
  out.set_total(static_cast<int32_t>(progress.total));
  out.set_acked(static_cast<int32_t>(progress.acked));
  out.set_sent(static_cast<int32_t>(progress.sent));
  out.set_queued(static_cast<int32_t>(progress.queued));
  out.set_failed(static_cast<int32_t>(progress.failed));
  out.set_cancelled(static_cast<int32_t>(progress.cancelled));
  out.set_done(progress.done());
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* CommandServiceImpl::SendCommand(grpc::CallbackServerContext* context,
                                                          const pb::SendCommandRequest* request,
                                                          pb::SendCommandResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Time deadline = rpc::DeadlineOf(*context, deps_.clock.Now());
  // gRPC keeps request and response until Finish. If the client cancels, the response is discarded;
  // the command is still delivered.
  const absl::Status accepted = deps_.executor.Submit([this, reactor, deadline, request, response] {
    const SendRequest send{.device_id = request->device_id(),
                           .type = request->type(),
                           .payload = request->has_payload() ? JsonFrom(request->payload()) : "{}",
                           .wait = WaitOf(*request, deadline - deps_.clock.Now()),
                           .request_id = request->request_id()};
    deps_.commands.Send(send, [reactor, response](absl::StatusOr<SendResult> result) {
      if (result.ok()) {
        ToProto(result->command, *response->mutable_command());
        response->set_live(result->live);
      }
      reactor->Finish(rpc::ToGrpc(result.status()));
    });
  });
  if (!accepted.ok()) reactor->Finish(rpc::ToGrpc(accepted));
  return reactor;
}

absl::StatusOr<BatchRequest> CommandServiceImpl::BatchFrom(const pb::BatchSendCommandsRequest& in,
                                                           absl::Time deadline) {
  BatchRequest batch{.device_ids = {in.device_ids().begin(), in.device_ids().end()},
                     .all = in.all(),
                     .type = in.type(),
                     .payload = in.has_payload() ? JsonFrom(in.payload()) : "{}",
                     .wait = WaitOf(in, deadline - deps_.clock.Now()),
                     .max_failure_share = in.max_failure_share(),
                     .request_id = in.request_id()};
  if (in.group_id().empty()) return batch;
  MARQUEE_ASSIGN_OR_RETURN(const auto members, deps_.groups.MembersOf(in.group_id()));
  batch.device_ids.insert(batch.device_ids.end(), members.begin(), members.end());
  return batch;
}

grpc::ServerUnaryReactor* CommandServiceImpl::BatchSendCommands(
    grpc::CallbackServerContext* context, const pb::BatchSendCommandsRequest* request,
    pb::BatchSendCommandsResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Time deadline = rpc::DeadlineOf(*context, deps_.clock.Now());
  const absl::Status accepted = deps_.executor.Submit([this, reactor, deadline, request, response] {
    const auto batch = BatchFrom(*request, deadline);
    if (!batch.ok()) return reactor->Finish(rpc::ToGrpc(batch.status()));
    // A group without members: nothing to do, and no error.
    if (batch->device_ids.empty() && !batch->all && !request->group_id().empty()) {
      return reactor->Finish(grpc::Status::OK);
    }
    deps_.jobs.Send(*batch, [reactor, response](const absl::StatusOr<BatchResult>& result) {
      if (result.ok()) {
        response->set_job_id(result->job_id);
        for (const SendResult& each : result->results) {
          pb::SendCommandResponse& out = *response->add_results();
          ToProto(each.command, *out.mutable_command());
          out.set_live(each.live);
        }
        response->mutable_missing_ids()->Assign(result->missing_ids.begin(),
                                                result->missing_ids.end());
      }
      reactor->Finish(rpc::ToGrpc(result.status()));
    });
  });
  if (!accepted.ok()) reactor->Finish(rpc::ToGrpc(accepted));
  return reactor;
}

grpc::ServerWriteReactor<pb::WatchCommandJobResponse>* CommandServiceImpl::WatchCommandJob(
    grpc::CallbackServerContext*, const pb::WatchCommandJobRequest* request) {
  const auto progress = deps_.jobs.Progress(request->job_id());
  if (!progress.ok()) return watchers_.Refuse(progress.status());
  auto* const stream = watchers_.Add(
      {{request->job_id(), std::make_shared<pb::WatchCommandJobResponse>(ToProto(*progress))}},
      {request->job_id()});
  // Also for a finished job: the listener then reports it once more, and the stream ends.
  deps_.jobs.Watch(request->job_id());
  return stream;
}

void CommandServiceImpl::OnProgress(const std::string& job_id, const JobProgress& progress) {
  watchers_.Notify(job_id, std::make_shared<pb::WatchCommandJobResponse>(ToProto(progress)));
  if (progress.done()) watchers_.EndKey(job_id, absl::OkStatus());
}

void CommandServiceImpl::EndAll(const absl::Status& status) { watchers_.EndAll(status); }

absl::Status CommandServiceImpl::Cancel(const pb::CancelCommandRequest& in,
                                        pb::CancelCommandResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Command cancelled, deps_.commands.Cancel(in.command_id()));
  ToProto(cancelled, *out.mutable_command());
  return absl::OkStatus();
}

absl::Status CommandServiceImpl::CancelJob(const pb::CancelCommandJobRequest& in,
                                           pb::CancelCommandJobResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const int cancelled, deps_.jobs.Cancel(in.job_id()));
  out.set_cancelled(cancelled);
  return absl::OkStatus();
}

absl::Status CommandServiceImpl::List(const pb::ListCommandsRequest& in,
                                      pb::ListCommandsResponse& out) {
  if (in.page_size() < 0 || in.page_size() > kLargestPage) {
    return absl::InvalidArgumentError(
        fmt::format("page_size: expected 1 to {0}, or 0 for {0}", kLargestPage));
  }
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Command> history,
                           deps_.commands.History(in.device_id()));
  // The token is the id of the last command of the previous page. A command that is no longer
  // stored was among the oldest, so no page follows.
  auto next = history.begin();
  if (!in.page_token().empty()) {
    next = std::ranges::find(history, in.page_token(), &Command::id);
    if (next != history.end()) ++next;
  }
  const int limit = in.page_size() == 0 ? kLargestPage : in.page_size();
  while (next != history.end() && out.commands_size() < limit) {
    ToProto(*next++, *out.add_commands());
  }
  if (next != history.end()) out.set_next_page_token(std::prev(next)->id);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* CommandServiceImpl::ListCommands(grpc::CallbackServerContext* context,
                                                           const pb::ListCommandsRequest* request,
                                                           pb::ListCommandsResponse* response) {
  return RunServiceMethod(*this, &CommandServiceImpl::List, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* CommandServiceImpl::CancelCommand(grpc::CallbackServerContext* context,
                                                            const pb::CancelCommandRequest* request,
                                                            pb::CancelCommandResponse* response) {
  return RunServiceMethod(*this, &CommandServiceImpl::Cancel, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* CommandServiceImpl::CancelCommandJob(
    grpc::CallbackServerContext* context, const pb::CancelCommandJobRequest* request,
    pb::CancelCommandJobResponse* response) {
  return RunServiceMethod(*this, &CommandServiceImpl::CancelJob, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

}  // namespace marquee::devices
