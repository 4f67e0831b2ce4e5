// A unary call of a service: a member function that turns a request into a response, on an
// executor.
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
                         // The caller has gone: leave the store to others.
                         MARQUEE_RETURN_IF_ERROR(call.Check(clock));
                         return (service.*work)(in, out);
                       });
}

}  // namespace marquee::devices
