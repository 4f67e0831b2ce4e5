// How many wrong passwords and codes an address may send for an account.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <utility>

#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"

namespace marquee::devices {

// Thread-safe. Counts by account name and address together (IPv6 by its network of 64 bits), never
// by name alone: strangers who know a name must not lock its owner out. What slows down guessing
// from many addresses is that each may guess kByNameAndAddress times, that the gateway limits
// addresses and delays attempts on a name under attack, and argon2.
class LoginAttempts {
 public:
  static constexpr int kByNameAndAddress = 10;
  static constexpr absl::Duration kWindow = absl::Minutes(15);

  // An attempt that was counted before it is checked, so that attempts made at the same time are
  // not checked all. It does not count unless Wrong() is called.
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
    // Earlier wrong attempts of this address no longer count either.
    void Right() {
      if (owner_ != nullptr) std::exchange(owner_, nullptr)->windows_.Forget(key_);
    }

   private:
    LoginAttempts* owner_;
    std::string key_;
  };

  explicit LoginAttempts(const base::Clock& clock) : windows_({.window = kWindow}, clock) {}

  // kResourceExhausted with rpc::RetryAfterOf: too many were wrong, or are being checked.
  absl::StatusOr<Attempt> Begin(const std::string& username, const std::string& address);

 private:
  base::KeyedWindows windows_;
};

}  // namespace marquee::devices
