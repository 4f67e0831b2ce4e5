#include "services/gateway/ws/sync_clock.h"

#include <chrono>

namespace marquee::gateway {
namespace {

// A quarter of the time by which a tick is sent ahead.
constexpr auto kEvery = std::chrono::milliseconds(200);

}  // namespace

void SyncClock::Start() { Arm(); }

void SyncClock::Arm() {
  timer_.expires_after(kEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    deps_.hub.SyncTick(deps_.clock.Now());
    deps_.hub.DigestTick(deps_.clock.Now());
    Arm();
  });
}

}  // namespace marquee::gateway
