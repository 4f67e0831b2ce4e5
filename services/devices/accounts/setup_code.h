// The code that makes the first account over the network: who can read the service's log may.
#pragma once

#include <string>
#include <string_view>

#include "libs/obs/logger.h"

namespace marquee::devices {

// Immutable. 50 random bits, new with each start.
class SetupCode {
 public:
  SetupCode();

  // "7KQ2M-X4RTA".
  const std::string& text() const { return text_; }
  // Compares in constant time; case, spaces and the dash do not matter.
  bool Is(std::string_view given) const;
  // Writes the code to the log, with what it is for.
  void Announce(obs::Logger& logger) const;

 private:
  std::string text_;
};

}  // namespace marquee::devices
