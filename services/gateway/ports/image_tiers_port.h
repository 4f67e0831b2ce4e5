// The tiers of pictures behind the edge: how they are doing, and emptying them.
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
  // Nearest first. kUnavailable: the service is away.
  virtual boost::asio::awaitable<absl::StatusOr<std::vector<TierStats>>> Stats() = 0;
  // Removes everything. kUnavailable as above.
  virtual boost::asio::awaitable<absl::StatusOr<Purged>> PurgeAll() = 0;
};

}  // namespace marquee::gateway
