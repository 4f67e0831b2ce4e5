#include "services/devices/accounts/account_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/accounts/passwords.h"
#include "services/devices/accounts/totp.h"
#include "services/devices/model/ids.h"

namespace marquee::devices {
namespace {

constexpr size_t kMaxUsernameBytes = 128;

absl::Status Unauthenticated(std::string_view reason, std::string_view message) {
  return rpc::WithReason(absl::UnauthenticatedError(std::string(message)), reason);
}

absl::Status CheckUsername(std::string_view username) {
  const bool printable = std::ranges::none_of(
      username, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!username.empty() && username.size() <= kMaxUsernameBytes && printable) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("username: expected 1 to 128 bytes without control characters");
}

absl::Status CheckPassword(std::string_view password) {
  if (password.size() < kMinPasswordBytes) {
    return absl::InvalidArgumentError(
        fmt::format("password: expected at least {} characters", kMinPasswordBytes));
  }
  if (password.size() > kMaxPasswordBytes) {
    return absl::InvalidArgumentError(
        fmt::format("password: expected at most {} bytes", kMaxPasswordBytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Hashed(std::string_view password) {
  std::string hash = HashPassword(password);
  if (hash.empty()) return absl::UnavailableError("not enough memory to hash a password");
  return hash;
}

obs::Counter Logins(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_logins_total", "Login attempts by result.", {{"result", result}});
}

}  // namespace

AccountManager::AccountManager(Deps deps)
    : deps_(deps),
      logged_in_(Logins(deps.metrics, "ok")),
      refused_(Logins(deps.metrics, "refused")),
      attempts_(deps.clock) {}

absl::StatusOr<std::vector<Account>> AccountManager::List() {
  std::vector<Account> accounts;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(accounts, store.ListAccounts());
    return absl::OkStatus();
  }));
  return accounts;
}

absl::StatusOr<bool> AccountManager::IsSetUp() {
  MARQUEE_ASSIGN_OR_RETURN(const auto accounts, List());
  return !accounts.empty();
}

absl::StatusOr<Account> AccountManager::SetUp(const std::string& username,
                                              std::string_view password) {
  MARQUEE_RETURN_IF_ERROR(CheckUsername(username));
  MARQUEE_RETURN_IF_ERROR(CheckPassword(password));
  MARQUEE_ASSIGN_OR_RETURN(const bool is_set_up, IsSetUp());
  absl::Status done = absl::FailedPreconditionError("an account exists already; log in");
  if (is_set_up) return done;  // before the costly hash
  Account account;
  account.id = NewUuid();
  account.username = username;
  MARQUEE_ASSIGN_OR_RETURN(account.password_hash, Hashed(password));
  account.created_at = deps_.clock.Now();
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto accounts, store.ListAccounts());
    if (!accounts.empty()) return done;
    return store.PutAccount(account);
  }));
  deps_.bus.Publish(BusTopic::kSessionsEnded, account.id);
  deps_.logger.Info("first account created", {{"username", username}});
  return account;
}

absl::StatusOr<Account> AccountManager::Get(std::string_view account_id) {
  std::optional<Account> account;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(account, store.FindAccount(account_id));
    return absl::OkStatus();
  }));
  if (!account) return absl::NotFoundError(fmt::format("no account has the id {}", account_id));
  return std::move(*account);
}

absl::Status AccountManager::CheckTotp(const Account& account, std::string_view code,
                                       int64_t& step) const {
  if (account.totp_secret.empty()) return absl::OkStatus();
  if (code.empty())
    return Unauthenticated("TOTP_REQUIRED", "the code of the second factor is required");
  MARQUEE_ASSIGN_OR_RETURN(const std::string secret, deps_.box.Open(account.totp_secret));
  const auto match = MatchTotp(secret, code, deps_.clock.Now(), account.totp_last_step);
  if (!match) return Unauthenticated("INVALID_TOTP", "the code of the second factor is wrong");
  step = *match;
  return absl::OkStatus();
}

absl::StatusOr<Account> AccountManager::LogIn(const LoginRequest& request) {
  MARQUEE_RETURN_IF_ERROR(CheckUsername(request.username));
  MARQUEE_ASSIGN_OR_RETURN(auto attempt, attempts_.Begin(request.username, request.remote_address));
  std::optional<Account> account;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(account, store.AccountNamed(request.username));
    return absl::OkStatus();
  }));
  const std::string hash = account ? account->password_hash : std::string();
  const bool right =
      request.password.size() <= kMaxPasswordBytes && IsPassword(request.password, hash);
  int64_t step = 0;
  absl::Status verdict = right ? CheckTotp(*account, request.totp_code, step)
                               : Unauthenticated("INVALID_LOGIN", "name or password is wrong");
  if (!verdict.ok()) {
    // A missing code is not a wrong guess.
    if (absl::IsUnauthenticated(verdict) && rpc::ReasonOf(verdict) != "TOTP_REQUIRED") {
      attempt.Wrong();
      refused_.Add();
      deps_.logger.Warn("login refused", {{"username", request.username},
                                          {"address", request.remote_address},
                                          {"reason", rpc::ReasonOf(verdict)}});
    }
    return verdict;
  }
  std::string fresh_hash;
  if (NeedsRehash(hash)) fresh_hash = HashPassword(request.password);
  if (step != 0 || !fresh_hash.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(account, Change(account->id, [&](Account& stored) -> absl::Status {
                               // Two logins with the same code: the second one is rejected here.
                               if (step != 0 && stored.totp_last_step >= step) {
                                 return Unauthenticated("INVALID_TOTP", "this code has been used");
                               }
                               stored.totp_last_step = std::max(stored.totp_last_step, step);
                               if (!fresh_hash.empty()) stored.password_hash = fresh_hash;
                               return absl::OkStatus();
                             }));
  }
  attempt.Right();
  logged_in_.Add();
  return std::move(*account);
}

template <class ChangeOf>
absl::StatusOr<Account> AccountManager::Change(std::string_view account_id, ChangeOf change) {
  Account changed;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto account, store.FindAccount(account_id));
    if (!account) return absl::NotFoundError(fmt::format("no account has the id {}", account_id));
    MARQUEE_RETURN_IF_ERROR(change(*account));
    changed = std::move(*account);
    return store.PutAccount(changed);
  }));
  return changed;
}

absl::StatusOr<Account> AccountManager::Prove(std::string_view account_id,
                                              std::string_view password) {
  MARQUEE_ASSIGN_OR_RETURN(Account account, Get(account_id));
  // Limited by account alone: the caller is logged in, so the address adds nothing.
  MARQUEE_ASSIGN_OR_RETURN(auto attempt, attempts_.Begin(account.username, ""));
  if (password.size() > kMaxPasswordBytes || !IsPassword(password, account.password_hash)) {
    attempt.Wrong();
    return Unauthenticated("INVALID_LOGIN", "the password is wrong");
  }
  attempt.Right();
  return account;
}

absl::StatusOr<Account> AccountManager::ChangePassword(std::string_view account_id,
                                                       std::string_view current,
                                                       std::string_view fresh) {
  MARQUEE_RETURN_IF_ERROR(CheckPassword(fresh));
  MARQUEE_ASSIGN_OR_RETURN(const Account before, Prove(account_id, current));
  MARQUEE_ASSIGN_OR_RETURN(const std::string hash, Hashed(fresh));
  MARQUEE_ASSIGN_OR_RETURN(
      Account account, Change(account_id, [&](Account& stored) -> absl::Status {
        if (stored.password_hash != before.password_hash) {
          return absl::AbortedError("the password was changed by another session; log in again");
        }
        stored.password_hash = hash;
        ++stored.session_epoch;
        return absl::OkStatus();
      }));
  deps_.bus.Publish(BusTopic::kSessionsEnded, account_id);
  return account;
}

absl::Status AccountManager::ProveForReplacement(const Account& account, std::string_view password,
                                                 std::string_view totp_code) {
  if (!password.empty()) return Prove(account.id, password).status();
  if (totp_code.empty()) {
    return Unauthenticated(
        "PROOF_REQUIRED",
        "a second factor is on; the password or a code of it is required to replace it");
  }
  MARQUEE_ASSIGN_OR_RETURN(auto attempt, attempts_.Begin(account.username, ""));
  int64_t step = 0;
  absl::Status verdict = CheckTotp(account, totp_code, step);
  if (verdict.ok()) {
    verdict = Change(account.id, [&](Account& stored) -> absl::Status {
                if (stored.totp_last_step >= step) {
                  return Unauthenticated("INVALID_TOTP", "this code has been used");
                }
                stored.totp_last_step = step;
                return absl::OkStatus();
              }).status();
  }
  if (absl::IsUnauthenticated(verdict)) attempt.Wrong();
  return verdict;
}

absl::StatusOr<std::string> AccountManager::GenerateTotp(std::string_view account_id,
                                                         std::string_view password,
                                                         std::string_view totp_code) {
  MARQUEE_ASSIGN_OR_RETURN(const Account before, Get(account_id));
  if (!before.totp_secret.empty()) {
    MARQUEE_RETURN_IF_ERROR(ProveForReplacement(before, password, totp_code));
  }
  const std::string secret = NewTotpSecret();
  MARQUEE_ASSIGN_OR_RETURN(
      const Account account, Change(account_id, [&](Account& stored) -> absl::Status {
        // A second factor enabled in the meantime has not been proven.
        if (stored.totp_secret != before.totp_secret) {
          return absl::AbortedError("the second factor was changed by another session");
        }
        stored.totp_pending = deps_.box.Seal(secret);
        return absl::OkStatus();
      }));
  return TotpUri(secret, account.username);
}

absl::StatusOr<Account> AccountManager::ConfirmTotp(std::string_view account_id,
                                                    std::string_view code) {
  MARQUEE_ASSIGN_OR_RETURN(const Account before, Get(account_id));
  MARQUEE_ASSIGN_OR_RETURN(auto attempt, attempts_.Begin(before.username, ""));
  const auto confirmed = Change(account_id, [&](Account& stored) -> absl::Status {
    if (stored.totp_pending.empty()) {
      return absl::FailedPreconditionError("no second factor has been generated");
    }
    MARQUEE_ASSIGN_OR_RETURN(const std::string secret, deps_.box.Open(stored.totp_pending));
    const auto step = MatchTotp(secret, code, deps_.clock.Now(), 0);
    if (!step) return Unauthenticated("INVALID_TOTP", "the code is wrong");
    stored.totp_secret = std::exchange(stored.totp_pending, "");
    stored.totp_last_step = *step;
    ++stored.session_epoch;
    return absl::OkStatus();
  });
  if (absl::IsUnauthenticated(confirmed.status())) attempt.Wrong();
  if (confirmed.ok()) deps_.bus.Publish(BusTopic::kSessionsEnded, account_id);
  return confirmed;
}

absl::StatusOr<Account> AccountManager::DisableTotp(std::string_view account_id,
                                                    std::string_view password) {
  MARQUEE_RETURN_IF_ERROR(Prove(account_id, password).status());
  auto changed = Change(account_id, [](Account& stored) -> absl::Status {
    stored.totp_secret.clear();
    stored.totp_pending.clear();
    ++stored.session_epoch;
    return absl::OkStatus();
  });
  if (changed.ok()) deps_.bus.Publish(BusTopic::kSessionsEnded, account_id);
  return changed;
}

absl::StatusOr<int64_t> AccountManager::RevokeSessions(std::string_view account_id) {
  std::vector<Account> ended;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    ended.clear();
    MARQUEE_ASSIGN_OR_RETURN(auto accounts, store.ListAccounts());
    for (Account& account : accounts) {
      if (!account_id.empty() && account.id != account_id) continue;
      ++account.session_epoch;
      MARQUEE_RETURN_IF_ERROR(store.PutAccount(account));
      ended.push_back(std::move(account));
    }
    if (ended.empty() && !account_id.empty()) {
      return absl::NotFoundError(fmt::format("no account has the id {}", account_id));
    }
    return absl::OkStatus();
  }));
  int64_t epoch = 0;
  for (const Account& account : ended) {
    epoch = std::max(epoch, account.session_epoch);
    deps_.bus.Publish(BusTopic::kSessionsEnded, account.id);
  }
  return epoch;
}

}  // namespace marquee::devices
