// Authentication and authorisation: identifies the caller of a request and checks its scope.
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

// What a route requires of its caller.
enum class Access {
  kOpen,     // nothing
  kOpenApi,  // nothing; limited as an open API route
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
    const AdminToken& token;  // from the settings file
    const Sessions& sessions;
    const OriginCheck& origins;
    AccountPort& accounts;
    RequestLimits& limits;
  };
  explicit Gate(Deps deps);

  // The caller, if it may use a route with this access. kUnauthenticated: no valid credentials.
  // kPermissionDenied: the credentials are valid but not sufficient, or another site caused the
  // browser to send the request. kResourceExhausted with RetryInfo: too many failed attempts from
  // this address. kUnavailable: the credentials cannot be checked now.
  asio::awaitable<absl::StatusOr<std::shared_ptr<const Principal>>> Admit(RequestPtr request,
                                                                          Access access);

 private:
  asio::awaitable<absl::StatusOr<Principal>> ByToken(RequestPtr request, std::string token);
  absl::StatusOr<Principal> BySession(const Request& request, const Session& session) const;

  const Deps deps_;
  // Recently verified tokens, so that a script with ten requests per second causes one lookup in
  // the account service. A revoked token is accepted until its entry expires.
  AsyncMemo<ApiToken> known_;
};

}  // namespace marquee::gateway
