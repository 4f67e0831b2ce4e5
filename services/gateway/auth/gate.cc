#include "services/gateway/auth/gate.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

#include "libs/rpc/error_info.h"

namespace marquee::gateway {
namespace {

constexpr absl::Duration kTokenKnownFor = absl::Seconds(10);

bool IsSafe(Method method) {
  return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

Scope ScopeFor(Access access) {
  switch (access) {
    case Access::kOpen:
    case Access::kOpenApi:
    case Access::kMetrics:
      return Scope::kMetrics;
    case Access::kRead:
      return Scope::kRead;
    case Access::kOperate:
      return Scope::kOperate;
    case Access::kAdmin:
      break;
  }
  return Scope::kAdmin;
}

absl::Status TooManyFailures(const LimitVerdict& spent) {
  return rpc::WithRetryAfter(
      absl::ResourceExhaustedError("too many failed authentication attempts from this address"),
      absl::Seconds(spent.reset_seconds));
}

}  // namespace

Gate::Gate(Deps deps)
    : deps_(deps),
      known_({.capacity_bytes = 256UL * 1024,
              .fresh_for = kTokenKnownFor,
              .keep_stale = absl::ZeroDuration()},
             deps.clock) {}

asio::awaitable<absl::StatusOr<std::shared_ptr<const Principal>>> Gate::Admit(RequestPtr request,
                                                                              Access access) {
  absl::StatusOr<Principal> principal =
      absl::UnauthenticatedError("an API token or a session is required");
  if (std::string token = PresentedToken(*request); !token.empty()) {
    principal = co_await ByToken(request, std::move(token));
  } else if (const auto session = deps_.sessions.Of(*request)) {
    principal = BySession(*request, *session);
  } else if (deps_.sessions.IsUnknown(*request)) {
    principal =
        absl::UnavailableError("sessions cannot be verified yet; try again in a few seconds");
  }
  if (!principal.ok()) co_return principal.status();
  if (principal->scope < ScopeFor(access)) {
    co_return absl::PermissionDeniedError(
        fmt::format("\"{}\" lacks the scope that this request requires", principal->name));
  }
  co_return std::make_shared<const Principal>(*std::move(principal));
}

asio::awaitable<absl::StatusOr<Principal>> Gate::ByToken(RequestPtr request, std::string token) {
  if (deps_.token.Is(token)) {
    Principal principal{.kind = Principal::Kind::kConfigToken, .scope = Scope::kAdmin};
    principal.name = "settings file";
    co_return principal;
  }
  AsyncMemo<ApiToken>::Fetch fetch =
      [this, token]() -> asio::awaitable<absl::StatusOr<AsyncMemo<ApiToken>::Fetched>> {
    auto verified = co_await deps_.accounts.VerifyToken(token);
    if (!verified.ok()) co_return verified.status();
    AsyncMemo<ApiToken>::Fetched fetched;
    fetched.bytes = sizeof(ApiToken) + verified->name.size();
    fetched.value = *std::move(verified);
    co_return fetched;
  };
  // The key is a hash, so that no token is readable in the cache's keys.
  const XXH128_hash_t hash = XXH3_128bits(token.data(), token.size());
  const auto known = co_await known_.Get(fmt::format("{:x}{:x}", hash.high64, hash.low64), fetch);
  // kUnimplemented: an older service without this method has no tokens.
  if (absl::IsUnauthenticated(known.status()) || absl::IsUnimplemented(known.status())) {
    if (const auto spent = deps_.limits.CountWrongToken(request->remote_ip)) {
      co_return TooManyFailures(*spent);
    }
    co_return absl::UnauthenticatedError("unknown API token");
  }
  if (!known.ok()) co_return known.status();
  Principal principal{.kind = Principal::Kind::kApiToken, .scope = (*known)->scope};
  principal.name = (*known)->name;
  co_return principal;
}

absl::StatusOr<Principal> Gate::BySession(const Request& request, const Session& session) const {
  const auto epoch = deps_.accounts.EpochOf(session.account_id);
  if (!epoch)
    return absl::UnavailableError("the session cannot be verified now; try again in a few seconds");
  if (session.epoch < *epoch) return absl::UnauthenticatedError("your session has ended; log in");
  if (!IsSafe(request.method)) {
    if (absl::Status sent = deps_.origins.CheckChange(request); !sent.ok()) return sent;
  }
  Principal principal{.kind = Principal::Kind::kSession, .scope = Scope::kAdmin};
  principal.name = session.username;
  principal.account_id = session.account_id;
  if (deps_.clock.Now() - session.issued_at > Sessions::kRenewAfter) {
    const Account account{
        .id = session.account_id, .username = session.username, .session_epoch = session.epoch};
    principal.renewed_cookie = deps_.sessions.Cookie(account, deps_.origins.CookiesFor(request));
  }
  return principal;
}

}  // namespace marquee::gateway
