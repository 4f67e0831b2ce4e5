#include "libs/rpc/peer_credentials.h"

#include "libs/base/status.h"
#include "libs/rpc/shared_secret.h"

namespace marquee::rpc {

absl::StatusOr<PeerCredentials> LoadPeerCredentials(const MutualTlsSettings& mtls,
                                                    const RpcSettings& settings) {
  PeerCredentials credentials;
  credentials.tls = {
      .certificate = mtls.certificate(), .key = mtls.key(), .authority = mtls.authority()};
  if (credentials.tls.enabled()) {
    MARQUEE_RETURN_IF_ERROR(CheckTlsFiles(credentials.tls));
    return credentials;
  }
  MARQUEE_ASSIGN_OR_RETURN(credentials.shared_secret,
                           LoadSharedSecret(settings.shared_secret_file()));
  return credentials;
}

}  // namespace marquee::rpc
