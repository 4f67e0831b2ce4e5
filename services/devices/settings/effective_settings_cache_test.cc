#include "services/devices/settings/effective_settings_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

class EffectiveSettingsCacheTest : public ::testing::Test {
 protected:
  EffectiveSettingsCacheTest() {
    store_ = std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}));
    Put("tv", R"({"x":1})");
    Put("plain", "{}");
    settings_cache_ = std::move(*EffectiveSettingsCache::Create(
        {.store = *store_,
         .bus = bus_,
         .clock = clock_,
         .logger = logger_,
         .metrics = metrics_,
         .listener = [this](const SettingsChanges& update) { heard_.push_back(update); }}));
    heard_.clear();
  }

  void Write(const DeviceStore::WriteWork& work) { ASSERT_TRUE(store_->Write(work).ok()); }

  void Put(const std::string& id, const std::string& override_json,
           const std::vector<std::string>& groups = {}) {
    Device device;
    device.id = id;
    device.install_id = "i-" + id;
    device.secret_hash = "sha256:00";
    device.created_at = device.registered_at = device.updated_at = clock_.Now();
    device.settings_override = override_json;
    device.groups = groups;
    Write([&](StoreTransaction& store) { return store.PutDevice(device); });
    bus_.Publish(BusTopic::kDeviceChanged, id);
  }

  void PutGroup(const std::string& id, const std::string& settings) {
    Group group;
    group.id = id;
    group.settings_template = settings;
    group.created_at = group.updated_at = clock_.Now();
    Write([&](StoreTransaction& store) { return store.PutGroup(group); });
    bus_.Publish(BusTopic::kSettingsChanged, "");
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  std::unique_ptr<DeviceStore> store_;
  std::vector<SettingsChanges> heard_;
  std::unique_ptr<EffectiveSettingsCache> settings_cache_;
};

TEST_F(EffectiveSettingsCacheTest, ReturnsSettingsOfDevicesAndUnregisteredDisplays) {
  EXPECT_EQ(settings_cache_->Of("tv")->json, R"({"x":1})");
  EXPECT_EQ(settings_cache_->Of("plain"), settings_cache_->Of("unregistered"));
}

TEST_F(EffectiveSettingsCacheTest, AGroupChangesOnlyItsMembers) {
  Put("plain", "{}", {"foyer"});
  heard_.clear();

  PutGroup("foyer", R"({"clockWidget":false})");

  ASSERT_EQ(heard_.size(), 1U);
  ASSERT_EQ(heard_[0].changes.size(), 1U);
  EXPECT_EQ(heard_[0].changes[0].device_id, "plain");
  EXPECT_EQ(heard_[0].changes[0].install_id, "i-plain");
  EXPECT_EQ(settings_cache_->Of("plain")->json, R"({"clockWidget":false})");
  EXPECT_EQ(settings_cache_->Of("tv")->json, R"({"x":1})");
}

TEST_F(EffectiveSettingsCacheTest, ReportsNothingWithoutADifference) {
  const int64_t generation = settings_cache_->generation();

  Put("tv", R"({ "x" : 1 })");

  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(settings_cache_->generation(), generation);
}

TEST_F(EffectiveSettingsCacheTest, TheDisplayDocumentIsTheBaseOfAllSettings) {
  Write([&](StoreTransaction& store) {
    return store.AddDocumentVersion({.document_id = std::string(kDisplayDocument),
                                     .version = 1,
                                     .body = R"({"x":0,"y":0})",
                                     .author = "ann",
                                     .created_at = clock_.Now()});
  });

  bus_.Publish(BusTopic::kSettingsChanged, "");

  EXPECT_EQ(settings_cache_->Of("tv")->json, R"({"x":1,"y":0})");
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(heard_[0].changes.size(), 3U);  // both devices and unregistered displays
}

TEST_F(EffectiveSettingsCacheTest, ReportsADeletedDevice) {
  Write([&](StoreTransaction& store) { return store.DeleteDevice("tv").status(); });

  bus_.Publish(BusTopic::kDeviceChanged, "tv");

  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(heard_[0].changes[0].device_id, "tv");
  EXPECT_EQ(heard_[0].changes[0].after, nullptr);
}

TEST_F(EffectiveSettingsCacheTest, IntroduceReportsAllEffectiveSettings) {
  SettingsChanges all;
  settings_cache_->Introduce([&](const SettingsChanges& update) { all = update; });

  ASSERT_EQ(all.changes.size(), 3U);
  EXPECT_EQ(all.changes[0].device_id, "");
  EXPECT_EQ(all.generation, settings_cache_->generation());
}

TEST_F(EffectiveSettingsCacheTest, EachChangeHasALargerGeneration) {
  const int64_t before = settings_cache_->generation();

  Put("tv", R"({"x":2})");
  const int64_t between = settings_cache_->generation();
  Put("tv", R"({"x":3})");

  EXPECT_LT(before, between);
  EXPECT_LT(between, settings_cache_->generation());
}

}  // namespace
}  // namespace marquee::devices
