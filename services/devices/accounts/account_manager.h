// Accounts for login: a password and optionally a second factor.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/accounts/login_attempts.h"
#include "services/devices/bus/bus.h"
#include "services/devices/model/account.h"
#include "services/devices/store/device_store.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {

struct LoginRequest {
  std::string username = {};
  std::string password = {};
  std::string totp_code = {};
  std::string remote_address = {};
};

// Thread-safe; calls block on the store. Calls that take a password need about 60 ms of one core
// and 32 MiB. A changed session epoch is announced as BusTopic::kSessionsEnded.
class AccountManager {
 public:
  struct Deps {
    DeviceStore& store;
    Bus& bus;
    const SecretBox& box;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_logins_total{result}
  };

  explicit AccountManager(Deps deps);

  // Whether the first account exists.
  absl::StatusOr<bool> IsSetUp();
  // Creates the first account. kFailedPrecondition: an account exists. kInvalidArgument: the name
  // is empty or too long, or the password is shorter than kMinPasswordBytes or too long.
  absl::StatusOr<Account> SetUp(const std::string& username, std::string_view password);
  // Sorted by creation time.
  absl::StatusOr<std::vector<Account>> List();
  // kNotFound.
  absl::StatusOr<Account> Get(std::string_view account_id);

  // kUnauthenticated with reason INVALID_LOGIN or, if the password is right, TOTP_REQUIRED or
  // INVALID_TOTP. kResourceExhausted: too many attempts.
  absl::StatusOr<Account> LogIn(const LoginRequest& request);

  // Ends every session of the account. kUnauthenticated, reason INVALID_LOGIN: the current password
  // is wrong. kResourceExhausted: too many attempts. kInvalidArgument: the new password is too
  // short or too long.
  absl::StatusOr<Account> ChangePassword(std::string_view account_id, std::string_view current,
                                         std::string_view fresh);

  // Returns the otpauth:// URI of a new second factor, which becomes active when ConfirmTotp gets a
  // code of it. If a second factor is on, a session alone cannot replace it: the password or a code
  // of the current one is required. kUnauthenticated, reason INVALID_LOGIN, INVALID_TOTP or
  // PROOF_REQUIRED; kResourceExhausted: too many attempts.
  absl::StatusOr<std::string> GenerateTotp(std::string_view account_id,
                                           std::string_view password = {},
                                           std::string_view totp_code = {});
  // Activates the generated second factor and ends every session of the account.
  // kFailedPrecondition: none has been generated. kUnauthenticated, reason INVALID_TOTP.
  absl::StatusOr<Account> ConfirmTotp(std::string_view account_id, std::string_view code);
  // Ends every session of the account. Errors as ChangePassword.
  absl::StatusOr<Account> DisableTotp(std::string_view account_id, std::string_view password);

  // Ends every session issued before now, of one account or ("") of all. Returns the largest epoch
  // of new sessions.
  absl::StatusOr<int64_t> RevokeSessions(std::string_view account_id);

 private:
  // Checks the account's password. kNotFound; kUnauthenticated and kResourceExhausted as above.
  absl::StatusOr<Account> Prove(std::string_view account_id, std::string_view password);
  template <class ChangeOf>
  absl::StatusOr<Account> Change(std::string_view account_id, ChangeOf change);
  // Checks that the active second factor may be replaced.
  absl::Status ProveForReplacement(const Account& account, std::string_view password,
                                   std::string_view totp_code);
  absl::Status CheckTotp(const Account& account, std::string_view code, int64_t& step) const;

  const Deps deps_;
  const obs::Counter logged_in_;
  const obs::Counter refused_;
  LoginAttempts attempts_;
};

}  // namespace marquee::devices
