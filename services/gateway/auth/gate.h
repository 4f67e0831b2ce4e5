// Who may pass: from what a request presents to who asks, and whether that is enough.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/auth/admin_token.h"
#include "services/gateway/auth/origin_check.h"
#include "services/gateway/auth/sessions.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/model/principal.h"
#include "services/gateway/ports/account_port.h"

namespace marquee::gateway {

// What a route asks of its caller.
enum class Access {
  kOpen,     // nothing
  kOpenApi,  // nothing, of strangers who ask seldom
  kMetrics,  // any token or session
  kRead,
  kOperate,
  kAdmin,
};

// Thread-safe.
class Gate {
 public:
  struct Deps {
    const base::Clock& clock;
    const AdminToken& token;  // of the settings file
    const Sessions& sessions;
    const OriginCheck& origins;
    AccountPort& accounts;
    RequestLimits& limits;
  };
  explicit Gate(Deps deps);

  // Who asks, if they may. kUnauthenticated: nothing valid was presented. kPermissionDenied: it
  // was, and it is not enough, or another site sent a browser here. kResourceExhausted with
  // RetryInfo: too much was tried from that address. kUnavailable: nobody can say now.
  asio::awaitable<absl::StatusOr<std::shared_ptr<const Principal>>> Admit(RequestPtr request,
                                                                          Access access);

 private:
  asio::awaitable<absl::StatusOr<Principal>> ByToken(RequestPtr request, std::string token);
  absl::StatusOr<Principal> BySession(const Request& request, const Session& session) const;

  const Deps deps_;
  // Tokens that were found good a moment ago: a script that asks ten times a second costs the
  // account service one look. So long may a revoked one live.
  AsyncMemo<ApiToken> known_;
};

}  // namespace marquee::gateway
