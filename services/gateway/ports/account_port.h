// Port to the account service.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/gateway/model/account.h"

namespace marquee::gateway {

struct LoginAttempt {
  std::string username;
  std::string password;
  std::string totp_code;  // empty: none given
  std::string remote_address;
};

struct SetupRequest {
  std::string username;
  std::string password;
  std::string setup_code;  // from the log of the devices service; "": none given
  bool local = false;      // the client is on this machine, where no code is required
};

// Proof that the user may replace the second factor: one of the two fields.
struct FactorProof {
  std::string password;
  std::string totp_code;
};

// kUnauthenticated: definitely wrong credentials; with reason TOTP_REQUIRED: user name and password
// are correct and a code is missing. kResourceExhausted: too many attempts. kUnavailable: the
// service cannot be reached.
class AccountPort {
 public:
  template <class T>
  using Answer = boost::asio::awaitable<absl::StatusOr<T>>;

  virtual ~AccountPort() = default;
  // Whether an account exists.
  virtual Answer<bool> SetupComplete() = 0;
  // kFailedPrecondition: an account exists already. kInvalidArgument: the password is too short.
  // kPermissionDenied: the code is missing or wrong.
  virtual Answer<Account> CompleteSetup(SetupRequest request) = 0;
  // kNotFound: no such account.
  virtual Answer<Account> Get(std::string account_id) = 0;
  virtual Answer<Account> VerifyLogin(LoginAttempt attempt) = 0;
  virtual Answer<ApiToken> VerifyToken(std::string value) = 0;
  virtual Answer<Account> ChangePassword(std::string account_id, std::string current,
                                         std::string fresh) = 0;
  // The otpauth:// URI of a second factor, which must be confirmed.
  virtual Answer<std::string> GenerateTotp(std::string account_id, FactorProof proof) = 0;
  virtual Answer<Account> ConfirmTotp(std::string account_id, std::string code) = 0;
  virtual Answer<Account> DisableTotp(std::string account_id, std::string password) = 0;
  virtual Answer<std::vector<ApiToken>> ListTokens() = 0;
  virtual Answer<NewToken> CreateToken(std::string name, Scope scope) = 0;
  virtual boost::asio::awaitable<absl::Status> RevokeToken(std::string token_id) = 0;
  // Revokes all sessions of the account; returns the epoch of new sessions.
  virtual Answer<int64_t> RevokeSessions(std::string account_id) = 0;

  // The current session epoch of the account; nullopt: not known now.
  virtual std::optional<int64_t> EpochOf(const std::string& account_id) const = 0;
  // Appends to the audit log. Does not wait; events that cannot be appended are logged by this
  // process.
  virtual void Record(AuditEvent event) = 0;
};

}  // namespace marquee::gateway
