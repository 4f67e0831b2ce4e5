// A unary call of a door: a member function that turns a request into a response, on an executor.
#pragma once

#include "libs/base/status.h"
#include "libs/rpc/unary.h"

namespace marquee::devices {

template <class Door, class Request, class Response>
grpc::ServerUnaryReactor* RunDoor(Door& door, absl::Status (Door::*work)(const Request&, Response&),
                                  const grpc::CallbackServerContext& context,
                                  base::Executor& executor, const base::Clock& clock,
                                  const Request& request, Response& response) {
  return rpc::RunUnary(context, executor, clock, request, response,
                       [&door, &clock, work](const base::CallContext& call, const Request& in,
                                             Response& out) -> absl::Status {
                         // Nobody waits any more: leave the store to those who do.
                         MARQUEE_RETURN_IF_ERROR(call.Check(clock));
                         return (door.*work)(in, out);
                       });
}

}  // namespace marquee::devices
