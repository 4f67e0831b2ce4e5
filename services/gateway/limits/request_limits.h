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

// Addresses of IPv6 count by their network of 64 bits, log-ins and what strangers may ask also by
// that of 48 bits with a bound sixteen times as large (libs/base/address_key.h).
//
// Thread-safe. Metric: marquee_http_limited_total{class}.
class RequestLimits {
 public:
  // 0: no limit. A burst of displays is ten seconds' worth: a wall that starts asks for everything.
  struct Options {
    int display_per_second = 2000;  // an address
    // A device at an address: its X-Device-Id, or its pr_iid cookie. By both, since anyone may say
    // that they are a device, and must not use up what it may ask from where it is.
    int device_per_second = 100;
    int api_per_minute = 60;           // an address
    int admin_per_minute = 100;        // an account or a token
    int failures_per_15_minutes = 10;  // credentials that open nothing, an address
  };

  RequestLimits(const Options& options, const base::Clock& clock, obs::Metrics& metrics);

  // Counts the request. nullopt where there is no limit. For kAdmin `request.principal` is known.
  std::optional<LimitVerdict> Count(LimitClass limit, const Request& request);

  // A log-in from `address` is about to be checked: counted before, so that attempts made at the
  // same time are not checked all. nullopt: it may be; else the address has had its share.
  std::optional<LimitVerdict> BeginAttempt(std::string_view address);
  // It was right, or could not be checked: it does not count.
  void ForgiveAttempt(std::string_view address);

  // An API token from `address` was wrong; a verdict: for more than its share. Right tokens are
  // never refused for wrong ones: they are too long to guess, and a script with an old token must
  // not shut out its neighbours. Log-in counts for itself.
  std::optional<LimitVerdict> CountWrongToken(std::string_view address);

 private:
  KeyedBuckets display_;
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
