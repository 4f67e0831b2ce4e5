#include "services/gateway/routes/admin/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/admin/account_answers.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/qr.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxUsername = 128;
constexpr size_t kMaxPassword = 1024;  // argon2 of a longer text only wastes time
constexpr size_t kMinPassword = 8;
constexpr size_t kMaxSetupCode = 64;
constexpr std::string_view kKeyName = "api-key";  // name of the token that these routes manage

asio::awaitable<void> Pause(absl::Duration duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(absl::ToChronoNanoseconds(duration));
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

void AccountRoutes::AddTo(Router& router) {
  AddBoth(router, Method::kPost, "/setup", &AccountRoutes::Setup);
  router.Add(
      Method::kGet, "/api/admin/setup",
      [this](RequestPtr request, const std::string&) { return SetupState(std::move(request)); },
      Access::kOpenApi);
  AddBoth(router, Method::kPost, "/login", &AccountRoutes::Login);
  AddBoth(router, Method::kPost, "/2fa-verify", &AccountRoutes::SecondFactor);
  AddBoth(router, Method::kPost, "/logout", &AccountRoutes::Logout);
  AddClosed(router, Method::kGet, "/api/admin/session", &AccountRoutes::WhoAmI);
  AddClosed(router, Method::kPost, "/api/admin/2fa/generate", &AccountRoutes::GenerateTotp);
  AddClosed(router, Method::kPost, "/api/admin/2fa/verify", &AccountRoutes::ConfirmTotp);
  AddClosed(router, Method::kPost, "/api/admin/2fa/disable", &AccountRoutes::DisableTotp);
  AddClosed(router, Method::kPost, "/api/admin/change-password", &AccountRoutes::ChangePassword);
  AddClosed(router, Method::kGet, "/api/admin/api-key", &AccountRoutes::KeyStatus);
  AddClosed(router, Method::kGet, "/api/admin/api-key/status", &AccountRoutes::KeyStatus);
  AddClosed(router, Method::kPost, "/api/admin/api-key/generate", &AccountRoutes::MakeKey);
  AddClosed(router, Method::kPost, "/api/admin/api-key/revoke", &AccountRoutes::RevokeKey);
}

void AccountRoutes::AddBoth(Router& router, Method method, std::string_view path, Handler handler) {
  for (const std::string_view prefix : {"/admin", ""}) {
    router.Add(
        method, fmt::format("{}{}", prefix, path),
        [this, handler](RequestPtr request, const std::string&) {
          return (this->*handler)(std::move(request));
        },
        Access::kOpenApi);
  }
}

void AccountRoutes::AddClosed(Router& router, Method method, std::string_view path,
                              Handler handler) {
  router.Add(
      method, path,
      [this, handler](RequestPtr request, const std::string&) {
        return (this->*handler)(std::move(request));
      },
      Access::kAdmin);
}

asio::awaitable<Response> AccountRoutes::SetupState(RequestPtr request) {
  const auto complete = co_await deps_.accounts.SetupComplete();
  if (!complete.ok()) co_return AccountFailure(complete.status());
  const bool needs_code = !*complete && !OriginCheck::IsLocal(*request);
  co_return JsonAnswer(200, fmt::format(R"({{"complete":{}{}}})", *complete,
                                        needs_code ? R"(,"codeRequired":true)" : ""));
}

asio::awaitable<Response> AccountRoutes::Setup(RequestPtr request) {
  const Form form(*request);
  std::string username = form.Get("username", kMaxUsername);
  std::string password = form.Get("password", kMaxPassword);
  if (username.empty() || password.empty()) {
    co_return JsonError(400, "username and password are required");
  }
  if (password.size() < kMinPassword) {
    co_return JsonError(400, "the password must have at least 8 characters");
  }
  if (const absl::Status sent = deps_.origins.CheckLogin(*request); !sent.ok()) {
    co_return NotOurs(sent);
  }
  // Counted before the check; not counted if the set-up code was correct.
  if (const auto spent = deps_.limits.BeginAttempt(request->remote_ip)) {
    co_return TooManyRequests(*spent, *request, deps_.clock.Now());
  }
  const auto account =
      co_await deps_.accounts.CompleteSetup({.username = std::move(username),
                                             .password = std::move(password),
                                             .setup_code = form.Get("setup_code", kMaxSetupCode),
                                             .local = OriginCheck::IsLocal(*request)});
  if (!absl::IsPermissionDenied(account.status())) deps_.limits.ForgiveAttempt(request->remote_ip);
  if (!account.ok()) co_return AccountFailure(account.status());
  deps_.accounts.Record({.actor = account->username,
                         .remote_address = request->remote_ip,
                         .action = "account.setup",
                         .target = account->username});
  co_return Welcome(*request, *account);
}

asio::awaitable<Response> AccountRoutes::Login(RequestPtr request) {
  const Form form(*request);
  LoginAttempt attempt;
  attempt.username = form.Get("username", kMaxUsername);
  attempt.password = form.Get("password", kMaxPassword);
  attempt.totp_code = form.Get("totp_code", 16);
  if (attempt.username.empty() || attempt.password.empty()) {
    co_return JsonError(400, "username and password are required");
  }
  // The message does not reveal whether name, password or code is wrong.
  co_return co_await LogIn(std::move(request), std::move(attempt), "Invalid username or password");
}

asio::awaitable<Response> AccountRoutes::SecondFactor(RequestPtr request) {
  const auto pending = deps_.sessions.PendingOf(*request);
  if (!pending) co_return JsonError(401, "log in first; the code must be sent within five minutes");
  LoginAttempt attempt;
  attempt.username = pending->username;
  attempt.password = pending->password;
  attempt.totp_code = Form(*request).Get("totp_code", 16);
  if (attempt.totp_code.empty()) co_return JsonError(400, "totp_code is required");
  // User name and password were verified with the first request.
  co_return co_await LogIn(std::move(request), std::move(attempt),
                           "The code is wrong or was already used; wait for the next one");
}

asio::awaitable<Response> AccountRoutes::LogIn(RequestPtr request, LoginAttempt attempt,
                                               std::string refusal) {
  if (const absl::Status sent = deps_.origins.CheckLogin(*request); !sent.ok()) {
    co_return NotOurs(sent);
  }
  // Counted before the check; not counted unless the attempt was wrong.
  if (const auto spent = deps_.limits.BeginAttempt(request->remote_ip)) {
    co_return TooManyRequests(*spent, *request, deps_.clock.Now());
  }
  const std::string name = attempt.username;
  if (throttle_.Slows(name, request->remote_ip)) co_await Pause(deps_.slow_down);
  // A session cookie that this server sealed proves an earlier log-in, also after a restart.
  const auto session = deps_.sessions.Of(*request);
  base::KeyedPlaces::Place check;
  if (!throttle_.IsKnown(name, request->remote_ip) && !(session && session->username == name)) {
    check = co_await AwaitCheck();
    if (check == nullptr) {
      deps_.limits.ForgiveAttempt(request->remote_ip);
      co_return ServiceUnavailable("Many log-ins are being checked; try again in a few seconds");
    }
  }
  const PendingLogin pending{attempt.username, attempt.password};
  const bool with_code = !attempt.totp_code.empty();
  attempt.remote_address = request->remote_ip;
  const auto account = co_await deps_.accounts.VerifyLogin(std::move(attempt));
  check.reset();
  if (!absl::IsUnauthenticated(account.status()) ||
      rpc::ReasonOf(account.status()) == "TOTP_REQUIRED") {
    deps_.limits.ForgiveAttempt(request->remote_ip);
  }
  if (account.ok()) {
    throttle_.RecordSuccess(name, request->remote_ip);
    co_return Welcome(*request, *account);
  }
  if (!with_code && rpc::ReasonOf(account.status()) == "TOTP_REQUIRED") {
    Response response = Entered(*request, true, "/admin/2fa-verify");
    response.headers.Add("Set-Cookie",
                         deps_.sessions.PendingCookie(pending, deps_.origins.CookiesFor(*request)));
    co_return response;
  }
  if (!absl::IsUnauthenticated(account.status())) co_return AccountFailure(account.status());
  if (throttle_.RecordFailure(name)) {
    deps_.accounts.Record({.actor = pending.username,
                           .remote_address = request->remote_ip,
                           .action = "login.slowed",
                           .target = pending.username});
  }
  deps_.accounts.Record({.actor = pending.username,
                         .remote_address = request->remote_ip,
                         .action = "login.failed",
                         .target = pending.username});
  co_return JsonError(401, refusal);
}

asio::awaitable<base::KeyedPlaces::Place> AccountRoutes::AwaitCheck() {
  constexpr absl::Duration kLookEvery = absl::Milliseconds(20);
  const absl::Duration until = deps_.clock.Monotonic() + deps_.longest_wait;
  while (true) {
    if (auto place = throttle_.BeginStrangersCheck()) co_return place;
    if (deps_.clock.Monotonic() >= until) co_return nullptr;
    co_await Pause(kLookEvery);
  }
}

Response AccountRoutes::Welcome(const Request& request, const Account& account) const {
  Response response = Entered(request, false, "/admin");
  response.headers.Add("Set-Cookie",
                       deps_.sessions.Cookie(account, deps_.origins.CookiesFor(request)));
  response.headers.Add("Set-Cookie",
                       deps_.sessions.EndPendingCookie(deps_.origins.CookiesFor(request)));
  return response;
}

asio::awaitable<Response> AccountRoutes::Logout(RequestPtr request) {
  // A request that another site sends through the browser must not end sessions.
  const bool ours = deps_.origins.CheckChange(*request).ok();
  if (const auto session = deps_.sessions.Of(*request); session && ours) {
    const auto epoch = deps_.accounts.EpochOf(session->account_id);
    // A session that has already ended must not end other sessions.
    if (!epoch || session->epoch >= *epoch) {
      const auto revoked = co_await deps_.accounts.RevokeSessions(session->account_id);
      if (!revoked.ok()) co_return AccountFailure(revoked.status());
    }
  }
  Response response = Response::Redirect(302, "/admin/login");
  response.headers.Add("Cache-Control", "no-store");
  if (ours)
    response.headers.Add("Set-Cookie",
                         deps_.sessions.EndCookie(deps_.origins.CookiesFor(*request)));
  co_return response;
}

asio::awaitable<Response> AccountRoutes::WhoAmI(RequestPtr request) {
  std::string json;
  JsonObject object(json);
  object.Text("username", request->principal->name);
  const bool session = request->principal->kind == Principal::Kind::kSession;
  object.Bool("session", session);
  if (session) {
    const auto account = co_await deps_.accounts.Get(AccountOf(*request));
    if (account.ok()) object.Bool("secondFactor", account->totp_enabled);
  }
  object.Close();
  co_return JsonAnswer(200, std::move(json));
}

asio::awaitable<Response> AccountRoutes::GenerateTotp(RequestPtr request) {
  const std::string account_id = AccountOf(*request);
  if (account_id.empty()) co_return NoAccount();
  const Form form(*request);
  const auto uri = co_await deps_.accounts.GenerateTotp(
      account_id,
      {.password = form.Get("password", kMaxPassword), .totp_code = form.Get("totp_code", 16)});
  if (!uri.ok()) co_return AccountFailure(uri.status());
  std::string json;
  JsonObject object(json);
  object.Text("uri", *uri);
  // As a data URL: the URL of an image would be stored in histories, logs and caches.
  object.Text("qrCodeUrl", "data:image/svg+xml," + PercentEncode(QrSvg(*uri)));
  object.Close();
  co_return JsonAnswer(200, std::move(json));
}

asio::awaitable<Response> AccountRoutes::ConfirmTotp(RequestPtr request) {
  const std::string account_id = AccountOf(*request);
  if (account_id.empty()) co_return NoAccount();
  const auto account =
      co_await deps_.accounts.ConfirmTotp(account_id, Form(*request).Get("token", 16));
  if (!account.ok()) co_return AccountFailure(account.status());
  Response response = Success("Two-factor authentication is enabled");
  response.headers.Add("Set-Cookie",
                       deps_.sessions.Cookie(*account, deps_.origins.CookiesFor(*request)));
  co_return response;
}

asio::awaitable<Response> AccountRoutes::DisableTotp(RequestPtr request) {
  const std::string account_id = AccountOf(*request);
  if (account_id.empty()) co_return NoAccount();
  const auto account =
      co_await deps_.accounts.DisableTotp(account_id, Form(*request).Get("password", kMaxPassword));
  if (!account.ok()) co_return AccountFailure(account.status());
  Response response = Success("Two-factor authentication is disabled");
  response.headers.Add("Set-Cookie",
                       deps_.sessions.Cookie(*account, deps_.origins.CookiesFor(*request)));
  co_return response;
}

asio::awaitable<Response> AccountRoutes::ChangePassword(RequestPtr request) {
  const std::string account_id = AccountOf(*request);
  if (account_id.empty()) co_return NoAccount();
  const Form form(*request);
  std::string fresh = form.Get("newPassword", kMaxPassword);
  if (fresh.size() < kMinPassword) {
    co_return JsonError(400, "the password must have at least 8 characters");
  }
  if (fresh != form.Get("confirmPassword", kMaxPassword)) {
    co_return JsonError(400, "the two new passwords differ");
  }
  const auto account = co_await deps_.accounts.ChangePassword(
      account_id, form.Get("currentPassword", kMaxPassword), std::move(fresh));
  if (!account.ok()) co_return AccountFailure(account.status());
  // All sessions were revoked, including this one; the caller gets a new one.
  Response response = Success("Password changed; all other sessions were logged out");
  response.headers.Add("Set-Cookie",
                       deps_.sessions.Cookie(*account, deps_.origins.CookiesFor(*request)));
  co_return response;
}

asio::awaitable<Response> AccountRoutes::KeyStatus(RequestPtr request) {
  const auto tokens = co_await deps_.accounts.ListTokens();
  if (!tokens.ok()) co_return AccountFailure(tokens.status());
  const auto key =
      std::ranges::find_if(*tokens, [](const ApiToken& token) { return token.name == kKeyName; });
  std::string json;
  JsonObject object(json);
  object.Bool("hasKey", key != tokens->end());
  // Only the hash is stored, so the key cannot be shown again.
  object.Raw("apiKey", "null");
  object.Text("hint", key == tokens->end() ? std::string() : key->hint);
  object.Close();
  co_return JsonAnswer(200, std::move(json));
}

asio::awaitable<Response> AccountRoutes::MakeKey(RequestPtr request) {
  if (const absl::Status revoked = co_await RevokeKeys(); !revoked.ok())
    co_return AccountFailure(revoked);
  const auto made = co_await deps_.accounts.CreateToken(std::string(kKeyName), Scope::kAdmin);
  if (!made.ok()) co_return AccountFailure(made.status());
  std::string json;
  JsonObject object(json);
  object.Text("apiKey", made->value);
  object.Text("message", "Store this key now: it is shown only once");
  object.Close();
  co_return JsonAnswer(200, std::move(json));
}

asio::awaitable<Response> AccountRoutes::RevokeKey(RequestPtr request) {
  const absl::Status revoked = co_await RevokeKeys();
  co_return revoked.ok() ? Success("API key revoked") : AccountFailure(revoked);
}

asio::awaitable<absl::Status> AccountRoutes::RevokeKeys() {
  const auto tokens = co_await deps_.accounts.ListTokens();
  if (!tokens.ok()) co_return tokens.status();
  for (const ApiToken& token : *tokens) {
    if (token.name != kKeyName) continue;
    const absl::Status revoked = co_await deps_.accounts.RevokeToken(token.id);
    if (!revoked.ok() && !absl::IsNotFound(revoked)) co_return revoked;
  }
  co_return absl::OkStatus();
}

}  // namespace marquee::gateway
