// How often somebody may ask. Displays behind one address must not lock each other out, so what
// they ask is counted by device as well, and the address alone has a far higher bound.
#pragma once

#include <optional>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/keyed_buckets.h"

namespace marquee::gateway {

enum class LimitClass {
  kNone,     // probes and metrics
  kDisplay,  // pages, pictures, playlists, settings, heartbeats
  kApi,      // what strangers may ask, and no display does often
  kAdmin,    // by who asks, an account or a token
};

// Thread-safe. Metric: marquee_http_limited_total{class}.
class RequestLimits {
 public:
  // 0: no limit. A burst of displays is ten seconds' worth: a wall that starts asks for everything.
  struct Options {
    int display_per_second = 2000;     // an address
    int device_per_second = 100;       // a device: its X-Device-Id, or its pr_iid cookie
    int api_per_minute = 60;           // an address
    int admin_per_minute = 100;        // an account or a token
    int failures_per_15_minutes = 10;  // credentials that open nothing, an address
  };

  RequestLimits(const Options& options, const base::Clock& clock, obs::Metrics& metrics);

  // Counts the request. nullopt where there is no limit. For kAdmin `request.principal` is known.
  std::optional<LimitVerdict> Count(LimitClass limit, const Request& request);

  // Of credentials that open nothing: counts one, and whether that address has had its share.
  void CountFailure(std::string_view address);
  std::optional<LimitVerdict> FailuresExhausted(std::string_view address) const;

 private:
  KeyedBuckets display_;
  KeyedBuckets device_;
  KeyedBuckets api_;
  KeyedBuckets admin_;
  KeyedBuckets failures_;
  const obs::Counter display_limited_;
  const obs::Counter api_limited_;
  const obs::Counter admin_limited_;
  const obs::Counter failures_limited_;
};

}  // namespace marquee::gateway
