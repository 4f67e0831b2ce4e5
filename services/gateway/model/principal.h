// The authenticated caller of a request.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// The scope of a caller. Each includes the scopes before it, except kMetrics.
enum class Scope {
  kMetrics,  // /metrics, and nothing else
  kRead,
  kOperate,  // read, and send commands
  kAdmin,    // everything
};

struct Principal {
  enum class Kind {
    kConfigToken,  // the token of the settings file
    kApiToken,     // an API token created in the control room
    kSession,      // a user who logged in
  };
  Kind kind = Kind::kConfigToken;
  Scope scope = Scope::kAdmin;
  std::string name = {};        // of the account or token; used in the audit log
  std::string account_id = {};  // set for sessions
  // Set-Cookie value that renews the session; empty: no renewal needed.
  std::string renewed_cookie = {};
};

}  // namespace marquee::gateway
