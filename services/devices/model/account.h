// Accounts, API tokens and the audit log.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace marquee::devices {

struct Account {
  std::string id;  // UUID
  std::string username;
  std::string password_hash;   // argon2id, in the form of crypto_pwhash_str
  std::string totp_secret;     // sealed; empty: no second factor
  std::string totp_pending;    // sealed; generated and not yet confirmed
  int64_t totp_last_step = 0;  // step of the last accepted code; each is accepted once
  int64_t session_epoch = 1;   // sessions with a smaller epoch have ended
  absl::Time created_at = absl::InfinitePast();

  bool operator==(const Account&) const = default;
};

enum class TokenScope { kRead, kOperate, kAdmin, kMetrics };

struct ApiToken {
  std::string id;  // UUID
  std::string name;
  TokenScope scope = TokenScope::kRead;
  std::string value_hash;  // "sha256:<64 hex>"; the value itself is never kept
  std::string hint;        // its first characters
  absl::Time created_at = absl::InfinitePast();
  absl::Time expires_at = absl::InfinitePast();    // InfinitePast: never
  absl::Time last_used_at = absl::InfinitePast();  // to the minute; InfinitePast: never

  bool operator==(const ApiToken&) const = default;
};

struct AuditEvent {
  int64_t ordinal = 0;  // assigned by the store, increasing
  absl::Time occurred_at = absl::InfinitePast();
  std::string actor = {};
  std::string remote_address = {};
  std::string action = {};
  std::string target = {};
  std::string detail = {};

  bool operator==(const AuditEvent&) const = default;
};

// More than a year of fifty changes per day; about 10 MB.
inline constexpr size_t kAuditEventsKept = 20'000;
inline constexpr size_t kMaxTokens = 1000;

}  // namespace marquee::devices
