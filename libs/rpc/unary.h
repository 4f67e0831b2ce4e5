// A unary RPC whose work runs on an executor:
//   grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
//                                     const GetItemRequest* request, GetItemResponse* response)
//                                     override {
//     return rpc::RunUnary(*context, executor_, clock_, *request, *response,
//                          [this](const base::CallContext& call, const GetItemRequest& in,
//                                 GetItemResponse& out) { return Get(call, in, out); });
//   }
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/executor.h"
#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace marquee::rpc {

template <class Request, class Response>
using UnaryWork = std::function<absl::Status(const base::CallContext&, const Request&, Response&)>;

namespace internal {

template <class Request, class Response>
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(absl::Time deadline, base::Executor& executor, const Request& request,
            Response& response, UnaryWork<Request, Response> work)
      : work_(std::move(work)) {
    const absl::Status accepted =
        executor.Submit([this, deadline, request_ptr = &request, response_ptr = &response] {
          const base::CallContext context{.deadline = deadline, .stop = stop_.get_token()};
          // gRPC keeps request and response until OnDone, which comes after Finish.
          Finish(ToGrpc(work_(context, *request_ptr, *response_ptr)));
        });
    if (!accepted.ok()) Finish(ToGrpc(accepted));
  }

  void OnCancel() override { stop_.request_stop(); }
  void OnDone() override { delete this; }

 private:
  UnaryWork<Request, Response> work_;
  std::stop_source stop_;
};

}  // namespace internal

// Runs `work` on `executor`; fails immediately with RESOURCE_EXHAUSTED if its queue is full. The
// call context has the caller's deadline and is stopped when the caller cancels. Drain `executor`
// before destroying anything that `work` captures.
template <class Request, class Response, class Work>
grpc::ServerUnaryReactor* RunUnary(const grpc::CallbackServerContext& context,
                                   base::Executor& executor, const base::Clock& clock,
                                   const Request& request, Response& response, Work work) {
  return new internal::UnaryCall<Request, Response>(DeadlineOf(context, clock.Now()), executor,
                                                    request, response, std::move(work));
}

}  // namespace marquee::rpc
