// Runs a unary call: a member function that fills a response for a request, on an executor.
#pragma once

#include "libs/base/status.h"
#include "libs/rpc/unary.h"

namespace marquee::devices {

template <class Service, class Request, class Response>
grpc::ServerUnaryReactor* RunServiceMethod(Service& service,
                                           absl::Status (Service::*work)(const Request&, Response&),
                                           const grpc::CallbackServerContext& context,
                                           base::Executor& executor, const base::Clock& clock,
                                           const Request& request, Response& response) {
  return rpc::RunUnary(context, executor, clock, request, response,
                       [&service, &clock, work](const base::CallContext& call, const Request& in,
                                                Response& out) -> absl::Status {
                         // Do not use the store for a caller that has cancelled.
                         MARQUEE_RETURN_IF_ERROR(call.Check(clock));
                         return (service.*work)(in, out);
                       });
}

}  // namespace marquee::devices
