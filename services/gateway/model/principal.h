// Who asks, once it is known.
#pragma once

#include <string>
#include <string_view>

namespace marquee::gateway {

// What somebody may do. Each includes what stands before it, except kMetrics.
enum class Scope {
  kMetrics,  // /metrics, and nothing else
  kRead,
  kOperate,  // read, and send commands
  kAdmin,    // everything
};

struct Principal {
  enum class Kind {
    kConfigToken,  // the token of the settings file
    kApiToken,     // one that was made in the control room
    kSession,      // a person who logged in
  };
  Kind kind = Kind::kConfigToken;
  Scope scope = Scope::kAdmin;
  std::string name = {};        // of the account or token, for the audit log
  std::string account_id = {};  // of a session
  // Set-Cookie of a session that should live on; empty: nothing to renew.
  std::string renewed_cookie = {};
};

}  // namespace marquee::gateway
