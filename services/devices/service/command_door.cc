#include "services/devices/service/command_door.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/rpc/unary.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {
namespace {

constexpr int kLargestPage = 100;

// Left to carry the answer back before the caller gives up.
constexpr absl::Duration kForTheWay = absl::Milliseconds(100);

absl::Duration WaitOf(const pb::SendCommandRequest& request, absl::Duration left) {
  if (!request.has_wait()) return absl::ZeroDuration();
  const absl::Duration wait =
      absl::Seconds(request.wait().seconds()) + absl::Nanoseconds(request.wait().nanos());
  return std::min(wait, left - kForTheWay);
}

}  // namespace

grpc::ServerUnaryReactor* CommandDoor::SendCommand(grpc::CallbackServerContext* context,
                                                   const pb::SendCommandRequest* request,
                                                   pb::SendCommandResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Time deadline = rpc::DeadlineOf(*context, deps_.clock.Now());
  // gRPC keeps request and response until Finish; a caller that goes away meanwhile is answered
  // into the void, and its command goes its way.
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

absl::Status CommandDoor::List(const pb::ListCommandsRequest& in, pb::ListCommandsResponse& out) {
  if (in.page_size() < 0 || in.page_size() > kLargestPage) {
    return absl::InvalidArgumentError("page_size: 1 to 100, or 0 for 100");
  }
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<Command> history,
                           deps_.commands.History(in.device_id()));
  // The token is the id of the last command of the page before. One that is no longer kept was
  // among the oldest, so nothing is behind it.
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

grpc::ServerUnaryReactor* CommandDoor::ListCommands(grpc::CallbackServerContext* context,
                                                    const pb::ListCommandsRequest* request,
                                                    pb::ListCommandsResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const pb::ListCommandsRequest& in,
                              pb::ListCommandsResponse& out) { return List(in, out); });
}

grpc::ServerUnaryReactor* CommandDoor::CancelCommand(grpc::CallbackServerContext* context,
                                                     const pb::CancelCommandRequest* request,
                                                     pb::CancelCommandResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const pb::CancelCommandRequest& in,
                              pb::CancelCommandResponse& out) -> absl::Status {
                         MARQUEE_ASSIGN_OR_RETURN(const Command cancelled,
                                                  deps_.commands.Cancel(in.command_id()));
                         ToProto(cancelled, *out.mutable_command());
                         return absl::OkStatus();
                       });
}

}  // namespace marquee::devices
