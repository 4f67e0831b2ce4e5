// Port to the image cache tiers behind the edge tier: statistics and purging.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <vector>

#include "services/gateway/model/tier_stats.h"

namespace marquee::gateway {

struct Purged {
  int64_t entries = 0;
  int64_t bytes = 0;
};

class ImageTiersPort {
 public:
  virtual ~ImageTiersPort() = default;
  // Nearest tier first. kUnavailable: the service cannot be reached.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<TierStats>>> Stats() = 0;
  // Removes all entries. kUnavailable as above.
  virtual boost::asio::awaitable<absl::StatusOr<Purged>> PurgeAll() = 0;
};

}  // namespace marquee::gateway
