// Pairing: a user requests a code for a device, enters it on a display, and the display takes over
// that device.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/bus/bus.h"
#include "services/devices/model/pairing_code.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// A code and its device.
struct OpenCode {
  PairingCode code;
  std::string device_name;
  std::string device_location;
};

struct NewCode {
  OpenCode open;
  std::string token;  // 32 hex digits, not available later; empty: none was requested
};

struct ClaimRequest {
  std::string code;
  std::string token;
  Identity identity;
  std::string name;      // requested; used only if the device has none
  std::string location;  // requested; used only if the device has none
};

// Thread-safe; calls block on the store.
//
// A code is one of a million. Guessing does not succeed, because a code is valid for minutes,
// closes after kWrongTokens wrong tokens, and because all claims together may fail only
// kWrongCodesPerMinute times per minute: for a code of ten minutes the chance is 1 in 3,300.
// Guessing from a single address is stopped much earlier by the gateway. A claim with the right
// token does not depend on this limit, so that strangers cannot stop all pairing.
class Pairing {
 public:
  static constexpr absl::Duration kDefaultTtl = absl::Minutes(10);
  static constexpr absl::Duration kShortestTtl = absl::Minutes(1);
  static constexpr absl::Duration kLongestTtl = absl::Hours(24);
  static constexpr int kWrongTokens = 5;
  static constexpr int kWrongCodesPerMinute = 30;
  // With more open codes guessing would become too likely to succeed.
  static constexpr size_t kMaxOpenCodes = 1000;

  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_pairing_claims_total{result}
    const StoreIdentity& identity;
  };

  explicit Pairing(Deps deps);

  // Replaces an open code of the device. `ttl` zero: kDefaultTtl. kNotFound: no such device.
  // kInvalidArgument: `ttl` out of range. kResourceExhausted: too many codes are open.
  absl::StatusOr<NewCode> CreateCode(std::string_view device_id, absl::Duration ttl,
                                     bool require_token);
  // Sorted by expiry.
  absl::StatusOr<std::vector<OpenCode>> ListCodes();
  // Closes the code and issues a new secret for the device; the previous secret has its grace
  // period. Approves a device that waited for approval. kInvalidArgument, reason
  // INVALID_CODE_FORMAT: not six digits. kNotFound: not open. kPermissionDenied: the token is
  // missing or wrong. kResourceExhausted: too many wrong codes, and this claim has no right token.
  absl::StatusOr<Registered> Claim(const ClaimRequest& request);

 private:
  enum class Verdict { kClaimed, kUnknownCode, kWrongToken, kExhausted };

  // Whether another wrong code is allowed in the current minute.
  bool MayGuess();
  void CountWrong();

  const Deps deps_;
  const obs::Counter claimed_;
  const obs::Counter refused_;
  base::Mutex mutex_;
  absl::Duration minute_ends_ MARQUEE_GUARDED_BY(mutex_);
  int wrong_this_minute_ MARQUEE_GUARDED_BY(mutex_) = 0;
};

}  // namespace marquee::devices
