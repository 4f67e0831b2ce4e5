// What the gateway needs of the account service.
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
  std::string totp_code;  // empty: none was given
  std::string remote_address;
};

struct SetupRequest {
  std::string username;
  std::string password;
  std::string setup_code;  // of the log of the devices service; "": none was given
  bool local = false;      // the client is on this machine, where no code is needed
};

// That a person may replace the second factor: one of the two.
struct FactorProof {
  std::string password;
  std::string totp_code;
};

// kUnauthenticated: wrong, for certain; with reason TOTP_REQUIRED: name and password are right and
// a code is missing. kResourceExhausted: too many attempts. kUnavailable: the service is away.
class AccountPort {
 public:
  template <class T>
  using Answer = boost::asio::awaitable<absl::StatusOr<T>>;

  virtual ~AccountPort() = default;
  // Whether there is an account yet.
  virtual Answer<bool> SetupComplete() = 0;
  // kFailedPrecondition: there is one already. kInvalidArgument: the password is too short.
  // kPermissionDenied: the code is missing or wrong.
  virtual Answer<Account> CompleteSetup(SetupRequest request) = 0;
  virtual Answer<Account> VerifyLogin(LoginAttempt attempt) = 0;
  virtual Answer<ApiToken> VerifyToken(std::string value) = 0;
  virtual Answer<Account> ChangePassword(std::string account_id, std::string current,
                                         std::string fresh) = 0;
  // otpauth:// URI of a second factor that is to be confirmed.
  virtual Answer<std::string> GenerateTotp(std::string account_id, FactorProof proof) = 0;
  virtual Answer<Account> ConfirmTotp(std::string account_id, std::string code) = 0;
  virtual Answer<Account> DisableTotp(std::string account_id, std::string password) = 0;
  virtual Answer<std::vector<ApiToken>> ListTokens() = 0;
  virtual Answer<NewToken> CreateToken(std::string name, Scope scope) = 0;
  virtual boost::asio::awaitable<absl::Status> RevokeToken(std::string token_id) = 0;
  // Ends every session of the account; the epoch that new ones bear.
  virtual Answer<int64_t> RevokeSessions(std::string account_id) = 0;

  // The epoch that sessions of the account must bear; nullopt: not known now.
  virtual std::optional<int64_t> EpochOf(const std::string& account_id) const = 0;
  // Adds to the log of who did what. Does not wait; what cannot be added is in our own log.
  virtual void Record(AuditEvent event) = 0;
};

}  // namespace marquee::gateway
