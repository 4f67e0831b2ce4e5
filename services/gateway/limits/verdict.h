// The result of a rate limit for one request.
#pragma once

namespace marquee::gateway {

struct LimitVerdict {
  bool allowed = true;
  int limit = 0;          // requests per window
  int remaining = 0;      // requests left in the window
  int reset_seconds = 0;  // until the full limit is available again, at least 1
  int window_seconds = 0;
};

}  // namespace marquee::gateway
