// Channels to a backend in another process. (In the all-in-one they come from
// Server::InProcessChannel.)
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "libs/rpc/tls.h"

namespace marquee::rpc {

// `target` as gRPC spells it: host:port, dns:///name:port, unix:/path. Connects when first used;
// tries again after 0.1 s growing to 1 s, so that a backend that comes back is used at once;
// pings every 20 s, so that one that vanished without a word is noticed.
// With TLS both ends show a certificate (tls.h).
std::shared_ptr<grpc::Channel> Connect(const std::string& target, const TlsFiles& tls = {});

}  // namespace marquee::rpc
