// Limits failed logins per account and client address.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <utility>

#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"

namespace marquee::devices {

// Thread-safe. Counts by account name and address together (an IPv6 address by its /64 network),
// never by name alone: other people who know the name must not be able to lock the account.
// Guessing from many addresses is slowed down by kByNameAndAddress, by the gateway, which limits
// addresses and delays attempts on a name under attack, and by argon2.
class LoginAttempts {
 public:
  static constexpr int kByNameAndAddress = 10;
  static constexpr absl::Duration kWindow = absl::Minutes(15);

  // An attempt, counted before it is checked, so that concurrent attempts cannot exceed the limit.
  // It is subtracted again unless Wrong() is called.
  class Attempt {
   public:
    Attempt(LoginAttempts& owner, std::string key) : owner_(&owner), key_(std::move(key)) {}
    ~Attempt() {
      if (owner_ != nullptr) owner_->windows_.Return(key_);
    }
    Attempt(Attempt&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), key_(std::move(other.key_)) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    Attempt& operator=(Attempt&&) = delete;

    void Wrong() { owner_ = nullptr; }
    // Also resets earlier failed attempts of this address.
    void Right() {
      if (owner_ != nullptr) std::exchange(owner_, nullptr)->windows_.Forget(key_);
    }

   private:
    LoginAttempts* owner_;
    std::string key_;
  };

  explicit LoginAttempts(const base::Clock& clock) : windows_({.window = kWindow}, clock) {}

  // kResourceExhausted with rpc::RetryAfterOf: too many attempts failed or are being checked.
  absl::StatusOr<Attempt> Begin(const std::string& username, const std::string& address);

 private:
  base::KeyedWindows windows_;
};

}  // namespace marquee::devices
