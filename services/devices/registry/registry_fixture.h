// Fixture for the registry tests: a registry on a store that can be made to fail.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/registry/registry.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {

// Fails all calls while `down`.
class FaultyStore final : public DeviceStore {
 public:
  explicit FaultyStore(std::unique_ptr<DeviceStore> real) : real_(std::move(real)) {}

  absl::Status Read(const ReadWork& work) override {
    return down ? absl::UnavailableError("disk gone") : real_->Read(work);
  }
  absl::Status Write(const WriteWork& work) override {
    ++writes;
    return down ? absl::UnavailableError("disk gone") : real_->Write(work);
  }

  std::atomic<bool> down = false;
  std::atomic<int> writes = 0;

 private:
  const std::unique_ptr<DeviceStore> real_;
};

class RegistryTest : public ::testing::Test {
 protected:
  RegistryTest() { Start(); }

  // Simulates a restart on the same data.
  void Start() {
    registry_.reset();
    unknown_.reset();
    identity_.reset();
    presence_.reset();
    store_.reset();
    auto real = SqliteDeviceStore::Create({.file = dir_ / "devices.db"},
                                          {.clock = clock_, .metrics = metrics_});
    ASSERT_TRUE(real.ok()) << real.status();
    store_ = std::make_unique<FaultyStore>(std::move(*real));
    presence_ = std::make_unique<PresenceTracker>(clock_);
    unknown_ = std::make_unique<UnknownDisplays>(clock_, metrics_);
    auto identity = StoreIdentity::Open(*store_);
    ASSERT_TRUE(identity.ok()) << identity.status();
    identity_ = std::make_unique<StoreIdentity>(*std::move(identity));
    auto registry = Registry::Create({.store = *store_,
                                      .presence = *presence_,
                                      .bus = bus_,
                                      .clock = clock_,
                                      .logger = logger_,
                                      .metrics = metrics_,
                                      .identity = *identity_,
                                      .unknown = *unknown_,
                                      .max_awaiting_approval = 5});
    ASSERT_TRUE(registry.ok()) << registry.status();
    registry_ = std::move(*registry);
  }

  // Passes the time after a start in which all stored devices count as online.
  void PassTheStart() { clock_.Advance(absl::Minutes(10)); }

  Registered Register(const Identity& identity, const std::string& name = "") {
    auto registered = registry_->Register({.identity = identity, .name = name});
    EXPECT_TRUE(registered.ok()) << registered.status();
    return registered.ok() ? *registered : Registered();
  }

  static Credentials Of(const Registered& registered) {
    return {.device_id = registered.device.id, .secret = registered.secret};
  }

  absl::Status Beat(const Credentials& credentials, const std::string& hardware_id = "") {
    return registry_
        ->Heartbeat(credentials, {.identity = {.install_id = "", .hardware_id = hardware_id},
                                  .client_info = "",
                                  .current_state = R"({"title":"Alien"})"})
        .status();
  }

  size_t Rows() {
    const auto page = registry_->List({}, 10000);
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->devices.size() : 0;
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  testing::TempDir dir_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<PresenceTracker> presence_;
  std::unique_ptr<UnknownDisplays> unknown_;
  std::unique_ptr<StoreIdentity> identity_;
  std::unique_ptr<Registry> registry_;
};

}  // namespace marquee::devices
