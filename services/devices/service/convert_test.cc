#include "services/devices/service/convert.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

TEST(ConvertTest, JsonObjectsRoundTrip) {
  const std::string json = R"({"nested":{"list":[1,"x",true,null]}})";

  EXPECT_EQ(JsonFrom(StructFrom(json)), json);
  EXPECT_EQ(JsonFrom(StructFrom("no object")), "{}");
}

TEST(ConvertTest, OmitsSecretsOfADevice) {
  SeenDevice seen;
  seen.device.id = "d";
  seen.device.secret_hash = "sha256:abcdef";
  seen.device.previous_secret_hash = "sha256:fedcba";
  seen.device.client_info = R"({"userAgent":"TV","screenWidth":1920})";
  pb::Device out;

  ToProto(seen, out);

  EXPECT_EQ(out.DebugString().find("sha256"), std::string::npos);
  EXPECT_EQ(out.client_info().user_agent(), "TV");
  EXPECT_EQ(out.client_info().screen_width(), 1920);
  EXPECT_EQ(out.presence(), pb::PRESENCE_NEVER_SEEN);
  EXPECT_FALSE(out.has_last_seen_at());
}

TEST(ConvertTest, PageTokensRoundTrip) {
  const auto cursor = CursorFrom(PageTokenFrom({.created_at_ms = 1767225600123, .id = "a.b-c"}));

  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(cursor->created_at_ms, 1767225600123);
  EXPECT_EQ(cursor->id, "a.b-c");
  EXPECT_EQ(CursorFrom("nonsense").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CursorFrom("12x.a").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ConvertTest, ReturnsAbortedForAnInvalidEtag) {
  EXPECT_EQ(RevisionFrom("7").value(), 7);
  EXPECT_EQ(RevisionFrom("seven").status().code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace marquee::devices
