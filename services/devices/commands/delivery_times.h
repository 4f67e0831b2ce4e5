// Measures the delivery of commands: the time from acceptance to the display's acknowledgement, of
// commands whose display had an open socket when they were accepted. Commands of displays without a
// socket wait for the display, not for us, and are not measured.
#pragma once

#include <absl/time/time.h>

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "libs/obs/metrics.h"

namespace marquee::devices {

// Thread-safe. Metrics: marquee_command_delivery_seconds, a histogram of all measured commands;
// marquee_command_deliveries_unmeasured_total. After a restart open commands are not measured.
class DeliveryTimes {
 public:
  // A command that is not acknowledged within this time is observed with this time.
  static constexpr absl::Duration kLongest = absl::Minutes(1);

  // most: commands measured per kLongest, about 200 bytes each; further ones are counted as
  // unmeasured. The default fits one command to each of 10,000 displays twice.
  DeliveryTimes(const base::Clock& clock, obs::Metrics& metrics, size_t most = 20'000);

  // Call before the command is sent.
  void Accepted(std::string_view command_id);
  // The display answered, with success or with an error.
  void Acknowledged(std::string_view command_id);
  // Failed without an answer: observed with kLongest.
  void Lost(std::string_view command_id);
  // Cancelled or replaced by a newer command: not observed.
  void Cancelled(std::string_view command_id);
  // Observes the commands that have been open for kLongest. Call about once per second.
  void Tick();

 private:
  // False: it is not measured, or was observed before.
  bool Take(std::string_view command_id, absl::Duration* accepted);

  const base::Clock& clock_;
  const obs::Histogram seconds_;
  const obs::Counter unmeasured_;
  const size_t most_;
  base::Mutex mutex_;
  // Monotonic time of acceptance by command id.
  std::unordered_map<std::string, absl::Duration, base::StringHash, base::StringEq> open_
      MARQUEE_GUARDED_BY(mutex_);
  // Every id of open_, and those observed since: oldest first. Bounds both.
  std::deque<std::pair<absl::Duration, std::string>> accepted_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
