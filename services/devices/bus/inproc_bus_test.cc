#include "services/devices/bus/inproc_bus.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

TEST(InprocBusTest, CallsOnlyTheListenersOfTheTopic) {
  InprocBus bus;
  std::string heard;
  const auto queued =
      bus.Subscribe(BusTopic::kCommandQueued, [&](std::string_view key) { heard += key; });
  const auto changed =
      bus.Subscribe(BusTopic::kCommandChanged, [&](std::string_view) { heard += "!"; });

  bus.Publish(BusTopic::kCommandQueued, "a");
  bus.Publish(BusTopic::kCommandQueued, "b");

  EXPECT_EQ(heard, "ab");
}

TEST(InprocBusTest, DoesNotCallAListenerAfterItsGuardIsDestroyed) {
  InprocBus bus;
  int woken = 0;
  auto guard = bus.Subscribe(BusTopic::kCommandQueued, [&](std::string_view) { ++woken; });
  bus.Publish(BusTopic::kCommandQueued, "a");

  guard.reset();
  bus.Publish(BusTopic::kCommandQueued, "a");

  EXPECT_EQ(woken, 1);
}

TEST(InprocBusTest, AListenerMayPublish) {
  InprocBus bus;
  std::string heard;
  const auto queued = bus.Subscribe(BusTopic::kCommandQueued, [&](std::string_view key) {
    bus.Publish(BusTopic::kCommandChanged, key);
  });
  const auto changed =
      bus.Subscribe(BusTopic::kCommandChanged, [&](std::string_view key) { heard = key; });

  bus.Publish(BusTopic::kCommandQueued, "a");

  EXPECT_EQ(heard, "a");
}

}  // namespace
}  // namespace marquee::devices
