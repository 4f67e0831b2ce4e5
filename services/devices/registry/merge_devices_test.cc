#include "services/devices/registry/merge_devices.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>
#include <set>

namespace marquee::devices {
namespace {

namespace json = boost::json;

TEST(MergeDevicesTest, KeepsTheTargetsIdentityAndFillsEmptyFields) {
  Device target;
  target.id = "kept";
  target.secret_hash = "sha256:kept";
  target.name = "Lobby";
  target.tags = {"a"};
  target.settings_override = R"({"mode":"cinema","wallartMode":{"density":"high"}})";
  target.last_seen_at = absl::FromUnixSeconds(100);
  target.current_state = R"({"title":"Alien"})";
  target.created_at = absl::FromUnixSeconds(50);
  Device source;
  source.id = "gone";
  source.secret_hash = "sha256:gone";
  source.name = "Unnamed";
  source.location = "Ground floor";
  source.tags = {"b", "a"};
  source.settings_override = R"({"mode":"wallart","wallartMode":{"density":"low","enabled":true}})";
  source.last_seen_at = absl::FromUnixSeconds(200);
  source.current_state = R"({"title":"Heat","paused":true})";
  source.created_at = absl::FromUnixSeconds(10);

  const Device merged = MergeDevices(target, {source});

  EXPECT_EQ(merged.id, "kept");
  EXPECT_EQ(merged.secret_hash, "sha256:kept");
  EXPECT_EQ(merged.name, "Lobby");
  EXPECT_EQ(merged.location, "Ground floor");
  EXPECT_EQ(merged.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json::parse(merged.settings_override),
            json::parse(R"({"mode":"cinema","wallartMode":{"density":"high","enabled":true}})"));
  EXPECT_EQ(json::parse(merged.current_state), json::parse(R"({"title":"Heat","paused":true})"));
  EXPECT_EQ(merged.created_at, absl::FromUnixSeconds(10));
  EXPECT_EQ(merged.last_seen_at, absl::FromUnixSeconds(200));
}

// Random devices; field values come from a small set, so that they often coincide.
class RandomDevice {
 public:
  explicit RandomDevice(uint32_t seed) : random_(seed) {}

  Device operator()() {
    Device device;
    device.id = Word();
    device.secret_hash = Word();
    device.name = Word();
    device.location = Word();
    device.install_id = Word();
    device.hardware_id = Word();
    device.profile_id = Word();
    for (size_t i = random_() % 3; i > 0; --i) device.tags.push_back("t" + Word());
    for (size_t i = random_() % 3; i > 0; --i) device.groups.push_back("g" + Word());
    device.settings_override = Object();
    device.current_state = Object();
    device.last_seen_at = absl::FromUnixSeconds(static_cast<int64_t>(random_() % 5));
    device.created_at = absl::FromUnixSeconds(static_cast<int64_t>(random_() % 5));
    return device;
  }

 private:
  std::string Word() { return std::string(random_() % 3, static_cast<char>('a' + random_() % 3)); }
  std::string Object() {
    json::object object;
    for (size_t i = random_() % 4; i > 0; --i) {
      const std::string key(1, static_cast<char>('a' + random_() % 3));
      if (random_() % 3 == 0) {
        object[key] = json::object{{"x", static_cast<int64_t>(random_() % 3)}};
      } else {
        object[key] = static_cast<int64_t>(random_() % 3);
      }
    }
    return json::serialize(object);
  }

  std::mt19937 random_;
};

class MergeDevicesProperties : public ::testing::TestWithParam<uint32_t> {};

TEST_P(MergeDevicesProperties, HoldForRandomDevices) {
  RandomDevice random(GetParam());
  for (int round = 0; round < 300; ++round) {
    const Device target = random();
    const Device first = random();
    const Device second = random();
    const Device merged = MergeDevices(target, {first, second});

    EXPECT_EQ(MergeDevices(target, {}), target);
    EXPECT_EQ(MergeDevices(MergeDevices(target, {first}), {second}), merged)
        << "merged one by one or together";
    EXPECT_EQ(MergeDevices(merged, {first, second}).tags, merged.tags) << "tags are not duplicated";

    EXPECT_EQ(merged.id, target.id);
    EXPECT_EQ(merged.secret_hash, target.secret_hash);
    if (!target.name.empty()) EXPECT_EQ(merged.name, target.name);
    const std::set<std::string> tags(merged.tags.begin(), merged.tags.end());
    for (const Device* device : {&target, &first, &second}) {
      for (const std::string& tag : device->tags) EXPECT_TRUE(tags.contains(tag)) << tag;
      EXPECT_GE(merged.last_seen_at, device->last_seen_at);
      EXPECT_LE(merged.created_at, device->created_at);
    }

    // Every setting of the target is kept, and every key of a source exists.
    const json::object settings = json::parse(merged.settings_override).as_object();
    const json::object own = json::parse(target.settings_override).as_object();
    for (const auto& [key, value] : own) {
      if (!value.is_object()) EXPECT_EQ(settings.at(key), value) << key;
    }
    for (const Device* source : {&first, &second}) {
      const json::object learnt = json::parse(source->settings_override).as_object();
      for (const auto& [key, value] : learnt) {
        EXPECT_TRUE(settings.contains(key)) << key;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MergeDevicesProperties, ::testing::Values(1U, 7U, 1979U));

}  // namespace
}  // namespace marquee::devices
