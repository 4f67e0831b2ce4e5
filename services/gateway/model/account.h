// Accounts and API tokens, as exchanged with the devices service.
#pragma once

#include <cstdint>
#include <string>

#include "services/gateway/model/principal.h"

namespace marquee::gateway {

struct Account {
  std::string id;
  std::string username;
  bool totp_enabled = false;
  int64_t session_epoch = 0;  // sessions with a smaller epoch are revoked
};

struct ApiToken {
  std::string id;
  std::string name;
  Scope scope = Scope::kRead;
  std::string hint;  // first characters of its value
};

struct NewToken {
  ApiToken token;
  std::string value;  // returned only once
};

struct AuditEvent {
  std::string actor;
  std::string remote_address;
  std::string action;  // "POST /api/admin/config"
  std::string target;  // the requested path
};

}  // namespace marquee::gateway
