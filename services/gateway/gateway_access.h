// Access control of the gateway: authentication, authorisation and rate limits.
#pragma once

#include "services/gateway/auth/admin_token.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/auth/media_links.h"
#include "services/gateway/auth/origin_check.h"
#include "services/gateway/auth/sealer.h"
#include "services/gateway/auth/sessions.h"
#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"
#include "services/gateway/limits/administrator_addresses.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/ports/account_port.h"
#include "services/gateway/routes/core/answer_policy.h"

namespace marquee::gateway {

struct GatewayAccess {
  // `base_path`: the configured path below which clients see the server; "": none.
  GatewayAccess(const GatewaySettings& settings, const std::string& base_path,
                const GatewayDeps& deps, AccountPort& accounts);

  const AdminToken token;
  Sealer sealer;
  const Sessions sessions;
  const OriginCheck origins;
  RequestLimits limits;
  AdministratorAddresses administrators;
  Gate gate;
  const AnswerPolicy policy;
  const ImageUrlSigner signer;
  const MediaLinks media_links;
  FixedWindow registrations;
  FixedWindow pairings;
  FixedWindow wrong_codes;
};

}  // namespace marquee::gateway
