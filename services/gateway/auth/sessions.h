// Sessions of people who logged in: signed, sealed and stateless, so that any gateway with the same
// key accepts them. They end by time, and when the account's epoch has moved past theirs.
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

// Name and password that were right, waiting for the code of the second factor.
struct PendingLogin {
  std::string username;
  std::string password;
};

// Thread-safe. Cookies are HttpOnly, SameSite=Lax, and Secure where the request came in TLS.
class Sessions {
 public:
  static constexpr absl::Duration kLifetime = absl::Hours(24 * 7);
  static constexpr absl::Duration kRenewAfter = absl::Hours(24);
  static constexpr absl::Duration kPendingLifetime = absl::Minutes(5);

  Sessions(const Sealer& sealer, const base::Clock& clock) : sealer_(sealer), clock_(clock) {}

  // Values of Set-Cookie.
  std::string Cookie(const Account& account, bool secure) const;
  std::string EndCookie(bool secure) const;
  std::string PendingCookie(const PendingLogin& login, bool secure) const;
  std::string EndPendingCookie(bool secure) const;

  // What the request's cookie says; nullopt: there is none, or it is not ours, or too old.
  std::optional<Session> Of(const Request& request) const;
  std::optional<PendingLogin> PendingOf(const Request& request) const;

 private:
  const Sealer& sealer_;
  const base::Clock& clock_;
};

// Whether a request that changes something was sent by a page of ours: by Sec-Fetch-Site where the
// browser says it, else by Origin. A browser that says neither is refused; programs use tokens.
bool IsSameOrigin(const Request& request);

}  // namespace marquee::gateway
