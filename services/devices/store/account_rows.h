// Rows of accounts, API tokens and the audit log. Errors as in device_store.h.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "services/devices/model/account.h"

namespace marquee::devices {

class AccountReads {
 public:
  virtual ~AccountReads() = default;

  virtual absl::StatusOr<std::optional<Account>> FindAccount(std::string_view id) = 0;
  virtual absl::StatusOr<std::optional<Account>> AccountNamed(std::string_view username) = 0;
  // Sorted by creation time.
  virtual absl::StatusOr<std::vector<Account>> ListAccounts() = 0;

  virtual absl::StatusOr<std::optional<ApiToken>> TokenWithHash(std::string_view value_hash) = 0;
  // Sorted by name, then by id.
  virtual absl::StatusOr<std::vector<ApiToken>> ListTokens() = 0;

  // Newest first, those with an ordinal below `before`.
  virtual absl::StatusOr<std::vector<AuditEvent>> ListAuditEvents(int64_t before, size_t limit) = 0;
};

class AccountWrites {
 public:
  virtual ~AccountWrites() = default;

  // Inserts or replaces the row with this id. kAlreadyExists: another account has the name.
  virtual absl::Status PutAccount(const Account& account) = 0;
  virtual absl::Status PutToken(const ApiToken& token) = 0;
  virtual absl::StatusOr<bool> DeleteToken(std::string_view id) = 0;

  // The store assigns `ordinal`.
  virtual absl::Status AddAuditEvent(const AuditEvent& event) = 0;
  // Deletes the oldest events beyond `keep`.
  virtual absl::Status PruneAuditEvents(size_t keep) = 0;
};

}  // namespace marquee::devices
