// Sessions of logged-in users: sealed and stateless, so that every gateway with the same key
// accepts them. A session ends when it expires or when the account's epoch exceeds the session's.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libs/base/clock.h"
#include "services/gateway/auth/sealer.h"
#include "services/gateway/http/message.h"
#include "services/gateway/model/account.h"

namespace marquee::gateway {

struct Session {
  std::string account_id;
  std::string username;
  int64_t epoch = 0;
  absl::Time issued_at;
};

// A correct user name and password, waiting for the code of the second factor.
struct PendingLogin {
  std::string username;
  std::string password;
};

// Where a browser sends a cookie: below which path, and whether over TLS only.
struct CookieScope {
  std::string path = "/";
  bool secure = false;
};

// Thread-safe. Cookies are HttpOnly and SameSite=Lax.
class Sessions {
 public:
  static constexpr absl::Duration kLifetime = absl::Hours(24 * 7);
  static constexpr absl::Duration kRenewAfter = absl::Hours(24);
  static constexpr absl::Duration kPendingLifetime = absl::Minutes(5);

  Sessions(const Sealer& sealer, const base::Clock& clock) : sealer_(sealer), clock_(clock) {}

  // Values of Set-Cookie.
  std::string Cookie(const Account& account, const CookieScope& scope) const;
  std::string EndCookie(const CookieScope& scope) const;
  std::string PendingCookie(const PendingLogin& login, const CookieScope& scope) const;
  std::string EndPendingCookie(const CookieScope& scope) const;

  // The session in the request's cookie; nullopt: there is none, it is invalid, or it has expired.
  std::optional<Session> Of(const Request& request) const;
  std::optional<PendingLogin> PendingOf(const Request& request) const;
  // Whether the request has a session cookie that cannot be opened yet, because the shared key has
  // not arrived.
  bool IsUnknown(const Request& request) const;

 private:
  const Sealer& sealer_;
  const base::Clock& clock_;
};

}  // namespace marquee::gateway
