// How often somebody may be wrong.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"

namespace marquee::devices {

// Thread-safe. Counts failures by name and address, and by name alone, so that neither one address
// guesses on nor a thousand of them do; the second bound is wider, since it can shut out the owner.
class LoginAttempts {
 public:
  static constexpr int kByNameAndAddress = 10;
  static constexpr int kByName = 100;
  static constexpr absl::Duration kWindow = absl::Minutes(15);
  // Entries remembered; when more come within a window, counting begins anew.
  static constexpr size_t kMaxEntries = 10'000;

  explicit LoginAttempts(const base::Clock& clock) : clock_(clock) {}

  // kResourceExhausted with rpc::RetryAfterOf: too many failures; do not even look.
  absl::Status Check(const std::string& username, const std::string& address);
  void Failed(const std::string& username, const std::string& address);
  void Succeeded(const std::string& username, const std::string& address);

 private:
  struct Window {
    absl::Duration ends;
    int failures = 0;
  };

  absl::Status CheckOne(const std::string& key, int most) MARQUEE_REQUIRES(mutex_);
  void CountOne(const std::string& key) MARQUEE_REQUIRES(mutex_);

  const base::Clock& clock_;
  base::Mutex mutex_;
  std::unordered_map<std::string, Window> windows_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
