// Conformance suite of DeviceStore. An implementation instantiates it with a factory:
//   INSTANTIATE_TEST_SUITE_P(SqliteOnDisk, DeviceStoreConformance, ::testing::Values(Factory{…}));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Dependencies of a factory; must outlive the store.
struct StoreSurroundings {
  testing::FakeClock clock;
  obs::Metrics metrics;
  testing::TempDir dir;
};

// Opens the store in `dir`. Called again after the first store is closed, it opens the same one if
// the engine is durable.
using StoreFactory = std::function<std::unique_ptr<DeviceStore>(StoreSurroundings&)>;

struct StoreKind {
  StoreFactory open;
  bool durable = true;  // false: a store in memory
};

class DeviceStoreConformance : public ::testing::TestWithParam<StoreKind> {
 protected:
  DeviceStoreConformance() : store_(GetParam().open(surroundings_)) {}

  // Each call runs in its own transaction.
  void Put(const Device& device);
  void Add(const Command& command);
  std::optional<Device> Find(const std::string& id);
  std::vector<Command> Open(const std::string& device_id);

  Device MakeDevice(const std::string& id) const;
  Command MakeCommand(const std::string& id, const std::string& device_id) const;

  StoreSurroundings surroundings_;
  std::unique_ptr<DeviceStore> store_;
};

}  // namespace marquee::devices
