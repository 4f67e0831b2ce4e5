// Accounts and API tokens, as the gateway speaks of them with the devices service.
#pragma once

#include <cstdint>
#include <string>

#include "services/gateway/model/principal.h"

namespace marquee::gateway {

struct Account {
  std::string id;
  std::string username;
  bool totp_enabled = false;
  int64_t session_epoch = 0;  // sessions that bear a smaller number have ended
};

struct ApiToken {
  std::string id;
  std::string name;
  Scope scope = Scope::kRead;
  std::string hint;  // first characters of its value
};

struct NewToken {
  ApiToken token;
  std::string value;  // told once
};

struct AuditEvent {
  std::string actor;
  std::string remote_address;
  std::string action;  // "POST /api/admin/config"
  std::string target;  // the path that was asked for
};

}  // namespace marquee::gateway
