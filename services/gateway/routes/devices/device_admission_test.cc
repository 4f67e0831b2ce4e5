// Records that are perhaps the same display.
#include "services/gateway/routes/devices/device_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>

#include "services/gateway/testing/fake_fleet.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class ResemblingTest : public RouteTest {
 protected:
  ResemblingTest() { routes_.AddTo(router_); }

  void Add(const std::string& id, const std::string& same_as, int age_days,
           Presence presence = Presence::kOffline,
           std::optional<absl::Duration> seen_after = std::nullopt) {
    Device device;
    device.id = id;
    device.name = "Screen " + id;
    device.perhaps_same_as = same_as;
    device.created_at = clock_.Now() - absl::Hours(24 * age_days);
    device.presence = presence;
    // Records that are marked with it are a day old.
    if (seen_after) device.last_seen_at = clock_.Now() - absl::Hours(24) + *seen_after;
    devices_.device = device;
    devices_.listed.push_back(device);
  }
  Response Merge(const std::string& body) {
    return RouteTest::Ask(Method::kPost, "/api/devices/resembling/merge", kWithToken, body);
  }

  FakeDevices devices_;
  FakeFleet fleet_;
  DeviceAdmissionRoutes routes_{fleet_, devices_};
};

TEST_F(ResemblingTest, ListsMarkedRecordsWithTheOtherOne) {
  Add("old", "", 9);
  Add("new", "old", 1);
  Add("orphan", "deleted", 2);

  const auto pairs =
      boost::json::parse(BodyOf(Get("/api/devices/resembling", kWithToken))).as_array();

  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].at("deviceId"), "new");
  EXPECT_EQ(pairs[0].at("name"), "Screen new");
  EXPECT_EQ(pairs[0].at("perhapsSameAs"), "old");
  EXPECT_EQ(pairs[0].at("originalName"), "Screen old");
  EXPECT_EQ(pairs[0].at("originalConnected"), false);
  EXPECT_EQ(pairs[1].at("deviceId"), "orphan");
  EXPECT_EQ(pairs[1].at("originalExists"), false);
}

TEST_F(ResemblingTest, TwentyRecordsAreMergedByOneCall) {
  for (int i = 0; i < 20; ++i) {
    Add("old" + std::to_string(i), "", 9);
    Add("new" + std::to_string(i), "old" + std::to_string(i), 1);
  }

  EXPECT_EQ(BodyOf(Merge(R"({"all":true})")), R"({"ok":true,"merged":20})");

  ASSERT_EQ(fleet_.merges.size(), 20U);
  EXPECT_THAT(fleet_.merges[7], Pair("old7", ElementsAre("new7")));
}

TEST_F(ResemblingTest, MergesTheNamedOnesTheNewestFirst) {
  Add("a", "", 9);
  Add("b", "a", 5);
  Add("c", "b", 1);
  Add("d", "a", 2);

  const auto answer = Json(Merge(R"({"deviceIds":["b","c","x","a"]})"));

  EXPECT_EQ(answer.at("merged"), 2);
  EXPECT_EQ(boost::json::serialize(answer.at("missing")), R"(["x","a"])") << "a is not marked";
  EXPECT_THAT(fleet_.merges, ElementsAre(Pair("b", ElementsAre("c")), Pair("a", ElementsAre("b"))));
}

TEST_F(ResemblingTest, ARecordWhoseDisplayIsConnectedIsLeftAlone) {
  Add("old", "", 9, Presence::kLive);
  Add("new", "old", 1);

  EXPECT_EQ(BodyOf(Merge(R"({"all":true})")), R"({"ok":true,"merged":0,"connected":["new"]})");
  EXPECT_THAT(fleet_.merges, IsEmpty());
}

// `seen_after`: when the original was last seen, after the record that is marked with it was made.
TEST_F(ResemblingTest, ARecordWhoseDisplayIsSeenLaterIsADisplayOfItsOwn) {
  Add("a", "", 9, Presence::kOffline, absl::Minutes(3));
  Add("a2", "a", 1);
  Add("b", "", 9, Presence::kOffline, absl::Seconds(30));  // its connection was lost
  Add("b2", "b", 1);

  const auto pairs =
      boost::json::parse(BodyOf(Get("/api/devices/resembling", kWithToken))).as_array();
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].at("deviceId"), "b2");
  EXPECT_EQ(BodyOf(Merge(R"({"all":true})")), R"({"ok":true,"merged":1})");
  EXPECT_THAT(fleet_.merges, ElementsAre(Pair("b", ElementsAre("b2"))));
}

TEST_F(ResemblingTest, ARecordLeftByAReloadCanBeMergedAtOnce) {
  // "Online" because of a heartbeat before the reload.
  Add("old", "", 9, Presence::kOnline, -absl::Seconds(10));
  Add("new", "old", 1);
  Add("beating", "", 9, Presence::kOnline, absl::Seconds(40));
  Add("other", "beating", 1);

  EXPECT_EQ(BodyOf(Merge(R"({"all":true})")), R"({"ok":true,"merged":1,"connected":["other"]})");
}

TEST_F(ResemblingTest, NeedsAnAdministratorAndEitherNamesOrAll) {
  EXPECT_EQ(Get("/api/devices/resembling").status, 401);
  EXPECT_EQ(RouteTest::Ask(Method::kPost, "/api/devices/resembling/merge", {}, "{}").status, 401);
  EXPECT_EQ(Merge("{}").status, 400);
  EXPECT_EQ(Merge(R"({"all":true,"deviceIds":["a"]})").status, 400);
  EXPECT_EQ(Merge("[").status, 400);
}

}  // namespace
}  // namespace marquee::gateway
