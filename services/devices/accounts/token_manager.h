// API tokens of programs, and the log of who did what.
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
  std::string value;  // 64 hex digits; the only time it is seen
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

  // By name, then by id.
  absl::StatusOr<std::vector<ApiToken>> List();
  // `expires_at` InfinitePast: never. kInvalidArgument: no name, too long a one, or it has expired
  // already. kResourceExhausted: kMaxTokens are there.
  absl::StatusOr<NewToken> Create(const std::string& name, TokenScope scope, absl::Time expires_at);
  // Whose value this is; notes its use, to the minute. kUnauthenticated: unknown, expired, revoked.
  absl::StatusOr<ApiToken> Verify(std::string_view value);
  // kNotFound.
  absl::Status Revoke(std::string_view token_id);

  // `occurred_at` is now. Texts are cut to their bounds. Old events go (kAuditEventsKept).
  absl::Status Record(AuditEvent event);
  // Newest first, those before `ordinal`; unset: from the newest.
  absl::StatusOr<std::vector<AuditEvent>> Events(std::optional<int64_t> ordinal, size_t limit);

 private:
  const Deps deps_;
};

}  // namespace marquee::devices
