// Logging in and out, the first account, the second factor, the API key. Contract 5.1; each auth
// route also answers without /admin.
//
//   GET /api/admin/setup                          whether there is an account
//   POST /admin/setup {username, password[, setup_code]}   once, while there is none; over the
//                                                 network with the code of the devices service's
//                                                 log
//   POST /admin/login {username, password[, totp_code]}
//   POST /admin/2fa-verify {totp_code}            after a login that asked for it
//   POST /admin/logout                            ends every session of the account; no GET, which
//   a
//                                                 link or a picture of another site could send
//   POST /api/admin/2fa/{generate,verify,disable}, /api/admin/change-password
//   GET /api/admin/api-key[/status], POST /api/admin/api-key/{generate,revoke}
//   GET /api/admin/session                        who one is
#pragma once

#include <string>

#include "services/gateway/auth/login_throttle.h"
#include "services/gateway/auth/origin_check.h"
#include "services/gateway/auth/sessions.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/ports/account_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class AccountRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    const Sessions& sessions;
    const OriginCheck& origins;
    AccountPort& accounts;
    RequestLimits& limits;
    // How long an attempt waits on a name that is under attack, unless it comes from an address
    // that logged in as that name before: a slow-down, no lock, since strangers know names.
    absl::Duration slow_down = absl::Seconds(2);
  };

  explicit AccountRoutes(Deps deps) : deps_(deps), throttle_(deps.clock) {}
  void AddTo(Router& router);

 private:
  using Handler = asio::awaitable<Response> (AccountRoutes::*)(RequestPtr);

  void AddBoth(Router& router, Method method, std::string_view path, Handler handler);
  void AddClosed(Router& router, Method method, std::string_view path, Handler handler);

  asio::awaitable<Response> SetupState(RequestPtr request);
  asio::awaitable<Response> Setup(RequestPtr request);
  asio::awaitable<Response> Login(RequestPtr request);
  asio::awaitable<Response> SecondFactor(RequestPtr request);
  asio::awaitable<Response> Logout(RequestPtr request);
  asio::awaitable<Response> WhoAmI(RequestPtr request);
  asio::awaitable<Response> GenerateTotp(RequestPtr request);
  asio::awaitable<Response> ConfirmTotp(RequestPtr request);
  asio::awaitable<Response> DisableTotp(RequestPtr request);
  asio::awaitable<Response> ChangePassword(RequestPtr request);
  asio::awaitable<Response> KeyStatus(RequestPtr request);
  asio::awaitable<Response> MakeKey(RequestPtr request);
  asio::awaitable<Response> RevokeKey(RequestPtr request);

  // Checks name, password and code; the answer with the session, or with what is missing or wrong.
  asio::awaitable<Response> LogIn(RequestPtr request, LoginAttempt attempt, std::string refusal);
  asio::awaitable<absl::Status> RevokeKeys();
  Response Welcome(const Request& request, const Account& account) const;

  const Deps deps_;
  LoginThrottle throttle_;
};

}  // namespace marquee::gateway
