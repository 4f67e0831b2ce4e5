// What a limit says of one request.
#pragma once

namespace marquee::gateway {

struct LimitVerdict {
  bool allowed = true;
  int limit = 0;          // requests a window
  int remaining = 0;      // of them
  int reset_seconds = 0;  // until all are there again, at least 1
  int window_seconds = 0;
};

}  // namespace marquee::gateway
