// The API token from the settings file.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Compares two texts in a time that does not depend on where they differ.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

// The token in `Authorization: Bearer <token>` or `X-API-Key: <token>`; "" if neither is present.
std::string PresentedToken(const Request& request);

// Thread-safe.
class AdminToken {
 public:
  // Empty: no token is accepted.
  explicit AdminToken(std::string token) : token_(std::move(token)) {}

  bool Is(std::string_view presented) const;

 private:
  const std::string token_;
};

}  // namespace marquee::gateway
