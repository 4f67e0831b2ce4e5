// Rate limits of HTTP requests. Displays behind one address must not limit each other, so display
// requests are counted per device, and the limit per address is far higher.
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
  kDisplay,  // pages, images, playlists, settings, heartbeats
  kApi,      // open API routes that displays seldom call
  kAdmin,    // counted per account or token
};

// An IPv6 address counts as its /64 network. Log-in attempts and open API requests also count for
// its /48 network, with a limit sixteen times as large, display requests with one four times as
// large (libs/base/address_key.h).
//
// Thread-safe. Metric: marquee_http_limited_total{class}.
class RequestLimits {
 public:
  // 0: no limit. The burst of displays is ten seconds' worth: at start every display requests
  // everything.
  struct Options {
    int display_per_second = 2000;  // per address
    // Per device at an address: its X-Device-Id or its pr_iid cookie. Both parts are the key,
    // because any client may claim a device id and must not use up that device's limit at its own
    // address.
    int device_per_second = 100;
    int api_per_minute = 60;          // per address
    int admin_per_minute = 100;       // per account or token
    int failures_per_15_minutes = 5;  // failed authentications per address
  };

  RequestLimits(const Options& options, const base::Clock& clock, obs::Metrics& metrics);

  // Counts the request. nullopt: no limit applies. For kAdmin `request.principal` must be set.
  std::optional<LimitVerdict> Count(LimitClass limit, const Request& request);

  // Counts a log-in attempt from `address` before it is checked, so that concurrent attempts cannot
  // all be checked. nullopt: it may be checked; otherwise the limit of the address is reached.
  std::optional<LimitVerdict> BeginAttempt(std::string_view address);
  // Takes the attempt back: it succeeded or could not be checked.
  void ForgiveAttempt(std::string_view address);

  // Counts a wrong API token from `address`; returns a verdict once the limit is exceeded. Valid
  // tokens are never rejected because of wrong ones: they are too long to guess, and a script with
  // an expired token must not block other clients at its address. Log-in attempts are counted
  // separately.
  std::optional<LimitVerdict> CountWrongToken(std::string_view address);

 private:
  KeyedBuckets display_;
  KeyedBuckets display_sites_;
  KeyedBuckets device_;
  KeyedBuckets api_;
  KeyedBuckets api_sites_;
  KeyedBuckets admin_;
  KeyedBuckets logins_;
  KeyedBuckets login_sites_;
  KeyedBuckets wrong_tokens_;
  const obs::Counter display_limited_;
  const obs::Counter api_limited_;
  const obs::Counter admin_limited_;
  const obs::Counter failures_limited_;
};

}  // namespace marquee::gateway
