// API tokens and the audit log.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/model/account.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct NewToken {
  ApiToken token;
  std::string value;  // 64 hex digits; not available later
};

// Thread-safe; calls block on the store.
class TokenManager {
 public:
  struct Deps {
    DeviceStore& store;
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit TokenManager(Deps deps) : deps_(deps) {}

  // Sorted by name, then by id.
  absl::StatusOr<std::vector<ApiToken>> List();
  // `expires_at` InfinitePast: never. kInvalidArgument: the name is empty or too long, or the token
  // has already expired. kResourceExhausted: kMaxTokens exist.
  absl::StatusOr<NewToken> Create(const std::string& name, TokenScope scope, absl::Time expires_at);
  // Returns the token with this value and records its use, to the minute. kUnauthenticated:
  // unknown, expired or revoked.
  absl::StatusOr<ApiToken> Verify(std::string_view value);
  // kNotFound.
  absl::Status Revoke(std::string_view token_id);

  // Sets `occurred_at` to now and cuts long texts. Drops the oldest events beyond kAuditEventsKept.
  absl::Status Record(AuditEvent event);
  // Newest first, those before `ordinal`; unset: from the newest.
  absl::StatusOr<std::vector<AuditEvent>> Events(std::optional<int64_t> ordinal, size_t limit);

 private:
  const Deps deps_;
};

}  // namespace marquee::devices
