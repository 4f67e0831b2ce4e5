// The API token of the settings file.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

// Whether two texts are equal, in a time that tells nothing about where they differ.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

// `Authorization: Bearer <token>` or `X-API-Key: <token>`; "" when neither is there.
std::string PresentedToken(const Request& request);

// Thread-safe.
class AdminToken {
 public:
  // Empty: nobody is let in.
  explicit AdminToken(std::string token) : token_(std::move(token)) {}

  bool Is(std::string_view presented) const;

 private:
  const std::string token_;
};

}  // namespace marquee::gateway
