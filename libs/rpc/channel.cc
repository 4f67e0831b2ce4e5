#include "libs/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "libs/rpc/shared_secret.h"

namespace marquee::rpc {

std::shared_ptr<grpc::Channel> Connect(const std::string& target,
                                       const PeerCredentials& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Despite its name this is the minimum time that one connection attempt gets: a backend on a busy
  // host must not be treated as down.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  // gRPC's jitter adds up to a fifth. A recovered backend is used again within this time.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetLoadBalancingPolicyName("round_robin");
  if (credentials.tls.enabled()) {
    return grpc::CreateCustomChannel(target, MutualChannelCredentials(credentials.tls), arguments);
  }
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, grpc::InsecureChannelCredentials(), arguments,
      SharedSecretInterceptors(credentials.shared_secret));
}

}  // namespace marquee::rpc
