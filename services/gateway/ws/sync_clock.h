// Calls DeviceHub::SyncTick and DigestTick periodically.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "libs/base/clock.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ws/device_hub.h"

namespace marquee::gateway {

class SyncClock {
 public:
  struct Deps {
    asio::io_context& io;
    const base::Clock& clock;
    DeviceHub& hub;
  };

  explicit SyncClock(Deps deps) : deps_(deps), timer_(deps.io) {}

  // Call once, before the io_context runs. Ends with the io_context.
  void Start();

 private:
  void Arm();

  const Deps deps_;
  asio::steady_timer timer_;
};

}  // namespace marquee::gateway
