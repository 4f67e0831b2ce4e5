// How a program proves to the others that it is one of Marquee.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "libs/rpc/rpc_settings.pb.h"
#include "libs/rpc/tls.h"

namespace marquee::rpc {

struct PeerCredentials {
  TlsFiles tls = {};
  std::string shared_secret = {};  // not used with TLS; empty: none
};

// The credentials that the settings name; creates a missing file of the shared secret
// (shared_secret.h). kInvalidArgument, kFailedPrecondition: a file is not set, cannot be read or
// cannot be created.
absl::StatusOr<PeerCredentials> LoadPeerCredentials(const MutualTlsSettings& mtls,
                                                    const RpcSettings& settings);

}  // namespace marquee::rpc
