#include "services/devices/settings/effective_settings.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <random>

namespace marquee::devices {
namespace {

namespace json = boost::json;

SettingsSources Sources(std::string_view base) {
  SettingsSources sources;
  sources.base = ObjectOf(base);
  return sources;
}

Group MakeGroup(const std::string& id, int64_t order, const std::string& settings) {
  Group group;
  group.id = id;
  group.order = order;
  group.settings_template = settings;
  return group;
}

Profile MakeProfile(const std::string& id, const std::string& settings) {
  Profile profile;
  profile.id = id;
  profile.settings = settings;
  return profile;
}

json::object Effective(const SettingsSources& sources, const Device& device) {
  return EffectiveSettings(sources, device);
}

TEST(EffectiveSettingsTest, MergesBaseGroupsProfileAndOverride) {
  SettingsSources sources = Sources(R"({"a":0,"b":0,"c":0,"d":0})");
  sources.groups = {MakeGroup("g", 0, R"({"b":1,"c":1,"d":1})")};
  sources.profiles = {MakeProfile("p", R"({"c":2,"d":2})")};
  Device device;
  device.groups = {"g"};
  device.profile_id = "p";
  device.settings_override = R"({"d":3})";

  EXPECT_EQ(Effective(sources, device), ObjectOf(R"({"a":0,"b":1,"c":2,"d":3})"));
}

TEST(EffectiveSettingsTest, TheLargerOrderWinsAndTheLaterGroupAmongEquals) {
  SettingsSources sources = Sources("{}");
  sources.groups = {MakeGroup("low", 1, R"({"x":"low"})"), MakeGroup("high", 9, R"({"x":"high"})"),
                    MakeGroup("equal", 9, R"({"x":"equal"})")};
  Device device;

  device.groups = {"high", "low"};
  EXPECT_EQ(Effective(sources, device).at("x"), "high");
  device.groups = {"high", "equal"};
  EXPECT_EQ(Effective(sources, device).at("x"), "equal");
  device.groups = {"equal", "high"};
  EXPECT_EQ(Effective(sources, device).at("x"), "high");
}

TEST(EffectiveSettingsTest, ObjectsMergeAtEveryDepthAndArraysReplace) {
  const SettingsSources sources =
      Sources(R"({"cinema":{"header":{"text":"Now","style":"neon"}},"list":[1,2]})");
  Device device;
  device.settings_override = R"({"cinema":{"header":{"text":"Soon"}},"list":[3]})";

  EXPECT_EQ(Effective(sources, device),
            ObjectOf(R"({"cinema":{"header":{"text":"Soon","style":"neon"}},"list":[3]})"));
}

TEST(EffectiveSettingsTest, IgnoresMissingGroupsAndProfiles) {
  const SettingsSources sources = Sources(R"({"a":1})");
  Device device;
  device.groups = {"gone"};
  device.profile_id = "gone";
  device.settings_override = "no json";

  EXPECT_EQ(Effective(sources, device), ObjectOf(R"({"a":1})"));
}

TEST(EffectiveSettingsTest, DeterminesTheModeByTheRuleOfDisplays) {
  EXPECT_EQ(DisplayMode(ObjectOf("{}")), "screensaver");
  EXPECT_EQ(DisplayMode(ObjectOf(R"({"wallartMode":{"enabled":true}})")), "wallart");
  EXPECT_EQ(DisplayMode(ObjectOf(R"({"wallartMode":{"enabled":true},"cinemaMode":true})")),
            "cinema");
  EXPECT_EQ(DisplayMode(ObjectOf(R"({"cinemaMode":true,"mode":"wallart"})")), "wallart");
  EXPECT_EQ(DisplayMode(ObjectOf(R"({"cinemaMode":true,"mode":"disco"})")), "cinema");
}

TEST(EffectiveSettingsTest, ChangedKeysHasNewAndRemovedKeys) {
  EXPECT_EQ(ChangedKeys(ObjectOf(R"({"same":1,"other":{"a":1},"gone":true})"),
                        ObjectOf(R"({"same":1,"other":{"a":2},"new":0})")),
            ObjectOf(R"({"other":{"a":2},"new":0,"gone":null})"));
}

TEST(EffectiveSettingsTest, ChangedKeysHasNullForEveryRemovedLeaf) {
  EXPECT_EQ(ChangedKeys(ObjectOf(R"({"w":{"a":1,"m":{"on":true,"deep":{"x":1}},"t":{"y":1}}})"),
                        ObjectOf(R"({"w":{"a":1,"m":{"on":true},"t":2}})")),
            ObjectOf(R"({"w":{"a":1,"m":{"on":true,"deep":{"x":null}},"t":2}})"));
  EXPECT_EQ(ChangedKeys(ObjectOf(R"({"w":{"a":1,"m":{"on":true}}})"), ObjectOf("{}")),
            ObjectOf(R"({"w":{"a":null,"m":{"on":null}}})"));
}

TEST(EffectiveSettingsTest, EqualSettingsHaveEqualHashesInAnyKeyOrder) {
  const std::string one = CanonicalJson(ObjectOf(R"({"b":{"y":1,"x":[{"q":1,"p":2}]},"a":1})"));
  const std::string other = CanonicalJson(ObjectOf(R"({"a":1,"b":{"x":[{"p":2,"q":1}],"y":1}})"));

  EXPECT_EQ(one, other);
  EXPECT_EQ(ContentHash(one).size(), 32U);
  EXPECT_NE(ContentHash(one), ContentHash("{}"));
}

// Random settings: few keys, so that layers overlap; values of every kind; two levels deep.
class RandomSettings {
 public:
  explicit RandomSettings(uint32_t seed) : random_(seed) {}

  json::object Object(int depth = 2) {
    json::object object;
    const size_t keys = Below(5);
    for (size_t i = 0; i < keys; ++i)
      object[std::string(1, static_cast<char>('a' + Below(5)))] = Value(depth);
    return object;
  }
  size_t Below(size_t bound) { return random_() % bound; }

 private:
  json::value Value(int depth) {
    switch (Below(depth > 0 ? 5 : 4)) {
      case 0:
        return nullptr;
      case 1:
        return Below(2) == 0;
      case 2:
        return static_cast<int64_t>(Below(10));
      case 3:
        return json::array{static_cast<int64_t>(Below(3))};
      default:
        return Object(depth - 1);
    }
  }

  std::mt19937 random_;
};

// Removes the nulls from `object` that `wanted` does not have, and objects that become empty.
void DropNulls(json::object& object, const json::object& wanted) {
  std::vector<std::string> gone;
  for (auto& [key, value] : object) {
    const json::value* want = wanted.if_contains(key);
    if (value.is_object()) {
      const bool kept = want != nullptr && want->is_object();
      DropNulls(value.get_object(), kept ? want->get_object() : json::object());
      if (want == nullptr && value.get_object().empty()) gone.emplace_back(key);
    } else if (value.is_null() && want == nullptr) {
      gone.emplace_back(key);
    }
  }
  for (const std::string& key : gone) object.erase(key);
}

class EffectiveSettingsProperties : public ::testing::TestWithParam<uint32_t> {};

TEST_P(EffectiveSettingsProperties, HoldForRandomSettings) {
  RandomSettings random(GetParam());
  for (int round = 0; round < 200; ++round) {
    const json::object a = random.Object();
    const json::object b = random.Object();
    const json::object c = random.Object();

    // Merging an empty layer changes nothing; merging a layer into itself changes nothing.
    json::object with_empty_layer = a;
    MergeInto(with_empty_layer, {});
    EXPECT_EQ(with_empty_layer, a);
    json::object twice = a;
    MergeInto(twice, b);
    const json::object once = twice;
    MergeInto(twice, b);
    EXPECT_EQ(twice, once);

    // Every key of the upper and of the lower layer exists.
    for (const auto& [key, value] : b) EXPECT_TRUE(once.contains(key));
    for (const auto& [key, value] : a) EXPECT_TRUE(once.contains(key));
    for (const auto& [key, value] : b) {
      if (!value.is_object()) EXPECT_EQ(once.at(key), value);
    }

    // Merging layers of objects is associative. With values that replace objects and the reverse,
    // layers apply from the lowest up, and the order matters.
    SettingsSources sources;
    sources.base = a;
    sources.groups = {MakeGroup("g", 0, json::serialize(b))};
    Device device;
    device.groups = {"g"};
    device.settings_override = json::serialize(c);
    json::object by_hand = once;
    MergeInto(by_hand, c);
    EXPECT_EQ(EffectiveSettings(sources, device), by_hand);

    // The hash depends on the content, and ChangedKeys turns the earlier settings into the later
    // ones.
    json::object next = random.Object();
    const json::object changed = ChangedKeys(by_hand, next);
    EXPECT_EQ(changed.empty(), CanonicalJson(by_hand) == CanonicalJson(next));
    // Merged as displays do it, the result differs from the effective settings only in nulls.
    json::object merged = by_hand;
    MergeInto(merged, changed);
    DropNulls(merged, next);
    EXPECT_EQ(CanonicalJson(merged), CanonicalJson(next));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, EffectiveSettingsProperties, ::testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace marquee::devices
