// Records administration that reaches the devices service directly over gRPC (a person with a
// client certificate or the shared secret), not through a gateway. Gateways record what their users
// change themselves, with the account or token.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <string>
#include <string_view>

#include "libs/base/executor.h"
#include "libs/obs/logger.h"
#include "services/devices/accounts/token_manager.h"

namespace marquee::devices {

struct DirectCallDeps {
  TokenManager& tokens;
  base::Executor& executor;  // writes the events
  obs::Logger& logger;
};

// For rpc::Server::Options. Every successful call of a method that changes something or discloses
// the session key is an audit event, unless its connection has a gateway's Attach stream:
//   actor           the names of the caller's certificate, or "gRPC caller without certificate"
//   remote_address  of the connection
//   action          "gRPC marquee.devices.v1.GroupService/CreateGroup"
// Calls of a gateway in the moment before its stream is open are recorded as well. Calls within the
// process (all-in-one) are not. An event that cannot be queued is logged instead.
//
// `deps` must outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeDirectCallAudit(
    const DirectCallDeps& deps);

// The host of a gRPC peer, "ipv4:10.0.0.5:4711" or "ipv6:%5B::1%5D:4711"; empty: none, as for calls
// within the process.
std::string HostOfPeer(std::string_view peer);

}  // namespace marquee::devices
