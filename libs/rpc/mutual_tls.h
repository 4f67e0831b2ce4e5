// Converts settings to TlsFiles.
#pragma once

#include "libs/rpc/rpc_settings.pb.h"
#include "libs/rpc/tls.h"

namespace marquee::rpc {

inline TlsFiles FilesOf(const MutualTlsSettings& mtls) {
  return {.certificate = mtls.certificate(), .key = mtls.key(), .authority = mtls.authority()};
}

}  // namespace marquee::rpc
