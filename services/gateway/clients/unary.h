// Adapts unary gRPC calls from callbacks to coroutines.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "libs/base/clock.h"
#include "libs/rpc/status.h"
#include "services/gateway/async/await.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/retry_budget.h"

namespace marquee::gateway {

// An asynchronous method of a stub, in the form that CallUnary expects.
template <class Async, class Request, class Answer>
auto AsyncMethod(Async* async, void (Async::*method)(grpc::ClientContext*, const Request*, Answer*,
                                                     std::function<void(grpc::Status)>)) {
  return std::function<void(grpc::ClientContext*, const Request*, Answer*,
                            std::function<void(grpc::Status)>)>(
      [async, method](grpc::ClientContext* context, const Request* request, Answer* answer,
                      std::function<void(grpc::Status)> done) {
        (async->*method)(context, request, answer, std::move(done));
      });
}

enum class WaitForReady {
  kNo,   // fail at once if the backend is not connected
  kYes,  // wait for a connection until the call's deadline
};

// `start` hands its arguments to a stub's async method:
//   std::function<void(grpc::ClientContext*, const Q*, A*, std::function<void(grpc::Status)>)>
template <class Request, class Answer>
boost::asio::awaitable<absl::StatusOr<Answer>> CallUnary(
    InFlight& in_flight, const base::Clock& clock, absl::Duration at_most, Request request,
    std::function<void(grpc::ClientContext*, const Request*, Answer*,
                       std::function<void(grpc::Status)>)>
        start,
    WaitForReady wait_for_ready = WaitForReady::kNo) {
  // Shared with the callback: the call may end after the coroutine was destroyed.
  struct Call {
    std::optional<grpc::ClientContext> context{std::in_place};
    Request request;
    Answer answer;
    std::shared_ptr<void> entered;
  };
  auto call = std::make_shared<Call>();
  call->request = std::move(request);
  call->context->set_deadline(absl::ToChronoTime(clock.Now() + at_most));
  call->context->set_wait_for_ready(wait_for_ready == WaitForReady::kYes);
  call->entered = in_flight.Enter(*call->context);
  if (call->entered == nullptr) co_return absl::UnavailableError("shutting down");

  std::function<void(std::function<void(grpc::Status)>)> begin =
      [&call, &start](const std::function<void(grpc::Status)>& done) {
        start(&*call->context, &call->request, &call->answer, [call, done](grpc::Status status) {
          // Destroy the ClientContext before the callback runs: it owns a channel reference, and
          // gRPC deadlocks if the last one is dropped on a gRPC thread.
          call->context.reset();
          call->entered.reset();
          done(std::move(status));
        });
      };
  const grpc::Status status = co_await AwaitCallback<grpc::Status>(std::move(begin));
  if (!status.ok()) co_return rpc::FromGrpc(status);
  co_return std::move(call->answer);
}

// CallUnary for read-only calls: retries once if the service was unavailable and `budget` allows
// it.
template <class Request, class Answer>
boost::asio::awaitable<absl::StatusOr<Answer>> ReadUnary(
    RetryBudget& budget, InFlight& in_flight, const base::Clock& clock, absl::Duration at_most,
    Request request,
    std::function<void(grpc::ClientContext*, const Request*, Answer*,
                       std::function<void(grpc::Status)>)>
        start) {
  budget.Earn();
  auto answer =
      co_await CallUnary<Request, Answer>(in_flight, clock, at_most, Request(request), start);
  if (!absl::IsUnavailable(answer.status()) || !budget.Take()) co_return answer;
  co_return co_await CallUnary<Request, Answer>(in_flight, clock, std::min(at_most, budget.wait()),
                                                std::move(request), std::move(start),
                                                WaitForReady::kYes);
}

}  // namespace marquee::gateway
