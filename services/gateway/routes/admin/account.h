// Log-in and log-out, the first account, the second factor and the API key. Each authentication
// route is also available without /admin.
//
//   GET /api/admin/setup                          whether an account exists
//   POST /admin/setup {username, password[, setup_code]}   only while no account exists; from other
//                                                 machines with the code in the log of the devices
//                                                 service
//   POST /admin/login {username, password[, totp_code]}
//   POST /admin/2fa-verify {totp_code}            after a log-in that requires it
//   POST /admin/logout                            revokes all sessions of the account; not a GET,
//                                                 as any site can link to one
//   POST /api/admin/2fa/{generate,verify,disable}, /api/admin/change-password
//   GET /api/admin/api-key[/status], POST /api/admin/api-key/{generate,revoke}
//   GET /api/admin/session                        the caller's session
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
    // Delay of a log-in attempt for a name under attack, unless it comes from an address that
    // logged in to this account before. It is a delay, not a lock, because account names are not
    // secret.
    absl::Duration slow_down = absl::Seconds(2);
    // How long an attempt from an unknown address waits until its password can be checked; then
    // 503. A check takes 60 ms, so that about fifty may wait.
    absl::Duration longest_wait = absl::Seconds(3);
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

  // Checks name, password and code; returns a response with the session, or with what is missing or
  // wrong.
  asio::awaitable<Response> LogIn(RequestPtr request, LoginAttempt attempt, std::string refusal);
  // Null: others are being checked, for longer than an attempt may wait.
  asio::awaitable<base::KeyedPlaces::Place> AwaitCheck();
  asio::awaitable<absl::Status> RevokeKeys();
  Response Welcome(const Request& request, const Account& account) const;

  const Deps deps_;
  LoginThrottle throttle_;
};

}  // namespace marquee::gateway
