// Channels to a backend in another process. (The all-in-one uses Server::InProcessChannel.)
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "libs/rpc/peer_credentials.h"

namespace marquee::rpc {

// `target` in gRPC notation: host:port, dns:///name:port, unix:/path. Connects when first used;
// reconnects after 0.1 s, growing to 1 s, so that a recovered backend is used quickly; sends a ping
// every 20 s to detect a backend that vanished without closing the connection. With TLS both ends
// present a certificate (tls.h), else each call carries the shared secret, if there is one
// (shared_secret.h).
std::shared_ptr<grpc::Channel> Connect(const std::string& target,
                                       const PeerCredentials& credentials = {});

}  // namespace marquee::rpc
