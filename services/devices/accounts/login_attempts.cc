#include "services/devices/accounts/login_attempts.h"

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"

namespace marquee::devices {
namespace {

// A zero byte is in no name that was let through.
std::string KeyOf(const std::string& username, const std::string& address) {
  return username + '\0' + address;
}

}  // namespace

absl::Status LoginAttempts::CheckOne(const std::string& key, int most) {
  const auto window = windows_.find(key);
  const absl::Duration now = clock_.Monotonic();
  if (window == windows_.end() || window->second.ends <= now || window->second.failures < most) {
    return absl::OkStatus();
  }
  return rpc::WithRetryAfter(
      absl::ResourceExhaustedError("too many attempts that were wrong; try again later"),
      window->second.ends - now);
}

absl::Status LoginAttempts::Check(const std::string& username, const std::string& address) {
  const base::MutexLock lock(mutex_);
  MARQUEE_RETURN_IF_ERROR(CheckOne(KeyOf(username, address), kByNameAndAddress));
  return CheckOne(username, kByName);
}

void LoginAttempts::CountOne(const std::string& key) {
  const absl::Duration now = clock_.Monotonic();
  if (windows_.size() >= kMaxEntries && !windows_.contains(key)) windows_.clear();
  Window& window = windows_[key];
  if (window.ends <= now) window = {.ends = now + kWindow, .failures = 0};
  ++window.failures;
}

void LoginAttempts::Failed(const std::string& username, const std::string& address) {
  const base::MutexLock lock(mutex_);
  CountOne(KeyOf(username, address));
  CountOne(username);
}

void LoginAttempts::Succeeded(const std::string& username, const std::string& address) {
  const base::MutexLock lock(mutex_);
  windows_.erase(KeyOf(username, address));
}

}  // namespace marquee::devices
