// HTTP dates (RFC 9110 section 5.6.7).
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(absl::Time time);

// Parses the three forms: IMF-fixdate, RFC 850 ("Sunday, 06-Nov-94 08:49:37 GMT"; a year that would
// be more than 50 years after `now` belongs to the previous century) and asctime ("Sun Nov  6
// 08:49:37 1994"). nullopt: the text does not match one of them exactly.
std::optional<absl::Time> ParseHttpDate(std::string_view text, absl::Time now);

}  // namespace marquee::gateway
