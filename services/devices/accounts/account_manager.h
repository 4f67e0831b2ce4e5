// Who may log in: accounts with a password and, if they want, a second factor.
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

// Thread-safe; calls block on the store, and those that take a password for some 60 ms of a core
// and 32 MiB. A grown session epoch is announced as BusTopic::kSessionsEnded.
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

  // Whether anybody can log in yet.
  absl::StatusOr<bool> IsSetUp();
  // Makes the first account. kFailedPrecondition: there is one. kInvalidArgument: the name is empty
  // or too long, the password shorter than kMinPasswordBytes or too long.
  absl::StatusOr<Account> SetUp(const std::string& username, std::string_view password);
  // By creation.
  absl::StatusOr<std::vector<Account>> List();
  // kNotFound.
  absl::StatusOr<Account> Get(std::string_view account_id);

  // kUnauthenticated with reason INVALID_LOGIN, or, once the password is right, TOTP_REQUIRED or
  // INVALID_TOTP. kResourceExhausted: too many attempts.
  absl::StatusOr<Account> LogIn(const LoginRequest& request);

  // Ends every session of the account. kUnauthenticated, reason INVALID_LOGIN: the present password
  // is wrong; kResourceExhausted: too often. kInvalidArgument: the new one is too short or long.
  absl::StatusOr<Account> ChangePassword(std::string_view account_id, std::string_view current,
                                         std::string_view fresh);

  // The otpauth:// URI of a new second factor, which counts once ConfirmTotp has seen a code of it.
  // When one is on, a session alone cannot replace it: the password or a code of the present one is
  // needed. kUnauthenticated, reason INVALID_LOGIN, INVALID_TOTP or PROOF_REQUIRED;
  // kResourceExhausted: too often.
  absl::StatusOr<std::string> GenerateTotp(std::string_view account_id,
                                           std::string_view password = {},
                                           std::string_view totp_code = {});
  // Ends every session of the account. kFailedPrecondition: none was generated. kUnauthenticated,
  // reason INVALID_TOTP.
  absl::StatusOr<Account> ConfirmTotp(std::string_view account_id, std::string_view code);
  // Ends every session of the account. Errors as ChangePassword.
  absl::StatusOr<Account> DisableTotp(std::string_view account_id, std::string_view password);

  // Ends every session given out before, of one account or ("") of all. Returns the largest epoch
  // that new sessions bear.
  absl::StatusOr<int64_t> RevokeSessions(std::string_view account_id);

 private:
  // kNotFound; kUnauthenticated and kResourceExhausted as above.
  absl::StatusOr<Account> Prove(std::string_view account_id, std::string_view password);
  template <class ChangeOf>
  absl::StatusOr<Account> Change(std::string_view account_id, ChangeOf change);
  // That a second factor that is on may be replaced.
  absl::Status ProveForReplacement(const Account& account, std::string_view password,
                                   std::string_view totp_code);
  absl::Status CheckTotp(const Account& account, std::string_view code, int64_t& step) const;

  const Deps deps_;
  const obs::Counter logged_in_;
  const obs::Counter refused_;
  LoginAttempts attempts_;
};

}  // namespace marquee::devices
