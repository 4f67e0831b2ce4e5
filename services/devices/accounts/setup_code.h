// The setup code proves read access to the service's log. It is required to create the first
// account over the network.
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
  // Compares in constant time, ignoring case, spaces and the dash.
  bool Is(std::string_view given) const;
  // Writes the code and its purpose to the log.
  void Announce(obs::Logger& logger) const;

 private:
  std::string text_;
};

}  // namespace marquee::devices
