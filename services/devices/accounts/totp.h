// The second factor: time-based one-time passwords (RFC 6238) with six digits, 30 seconds and
// HMAC-SHA-1, the parameters supported by all authenticator apps.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::devices {

// 20 random bytes.
std::string NewTotpSecret();

// The code of one step of 30 seconds.
std::string TotpCode(std::string_view secret, int64_t step);

// Returns the step to which the code belongs: at most one step away from `now` (clocks differ) and
// later than `last_used`, so that an observed code cannot be used a second time.
std::optional<int64_t> MatchTotp(std::string_view secret, std::string_view code, absl::Time now,
                                 int64_t last_used);

// otpauth:// URI for QR codes (github.com/google/google-authenticator/wiki/Key-Uri-Format).
std::string TotpUri(std::string_view secret, std::string_view username);

// RFC 4648 section 6, without padding.
std::string Base32(std::string_view bytes);

}  // namespace marquee::devices
