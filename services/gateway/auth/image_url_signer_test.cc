#include "services/gateway/auth/image_url_signer.h"

#include <gtest/gtest.h>

namespace marquee::gateway {
namespace {

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');
constexpr absl::Duration kDay = absl::Hours(24);
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// The image URL in the output of SignAll for one item.
Query Signed(const ImageUrlSigner& signer, const std::string& address, absl::Time now = kNow) {
  std::string json = signer.SignAll(R"({"posterUrl":")" + address + R"(","title":"x"})", now);
  json = json.substr(json.find("/image"));
  return ParseTarget(json.substr(0, json.find('"'))).value().query;
}
Query Of(const std::string& target) { return ParseTarget(target).value().query; }

TEST(ImageUrlSigner, AcceptsSignedImageInAnySize) {
  const ImageUrlSigner signer({kNew}, kDay);
  Query query = Signed(signer, "/image?server=Den&path=%2Fa&v=1");
  EXPECT_TRUE(signer.Accepts(query, kNow));
  auto sized = query.all();
  sized.emplace_back("width", "300");
  EXPECT_TRUE(signer.Accepts(Query(sized), kNow));
}

TEST(ImageUrlSigner, RejectsOtherSizesOfAUrlWhoseSizeIsSigned) {
  const ImageUrlSigner signer({kNew}, kDay);
  const Query query = Signed(signer, "/image?server=Den&path=%2Fa&v=1&width=300&format=webp");
  EXPECT_TRUE(signer.Accepts(query, kNow));
  EXPECT_TRUE(signer.SignsSize(query));
  for (const char* name : {"width", "format"}) {
    auto changed = query.all();
    for (auto& [key, value] : changed) {
      if (key == name) value = "4000";
    }
    EXPECT_FALSE(signer.Accepts(Query(changed), kNow)) << name;
    auto removed = query.all();
    std::erase_if(removed, [&](const auto& parameter) { return parameter.first == name; });
    EXPECT_FALSE(signer.Accepts(Query(removed), kNow)) << name;
  }
  // Appended parameters are not covered, and do not replace signed ones.
  auto appended = query.all();
  appended.emplace_back("width", "4000");
  EXPECT_TRUE(signer.Accepts(Query(appended), kNow));
  EXPECT_EQ(Query(appended).Get("width"), "300");
  EXPECT_FALSE(signer.SignsSize(Query(appended)));
}

TEST(ImageUrlSigner, ASizeThatAClientAppendsOrInsertsIsNotSigned) {
  const ImageUrlSigner signer({kNew}, kDay);
  const Query query = Signed(signer, "/image?server=Den&path=%2Fa&v=1");
  EXPECT_FALSE(signer.SignsSize(query));
  auto appended = query.all();
  appended.emplace_back("width", "300");
  EXPECT_FALSE(signer.SignsSize(Query(appended)));
  auto inserted = query.all();
  inserted.insert(inserted.begin(), {"width", "300"});
  EXPECT_FALSE(signer.Accepts(Query(inserted), kNow));
  EXPECT_FALSE(ImageUrlSigner({}, kDay).SignsSize(Of("/image?server=a&width=300&exp=1&sig=a")));
}

TEST(ImageUrlSigner, RejectsOtherImages) {
  const ImageUrlSigner signer({kNew}, kDay);
  const Query query = Signed(signer, "/image?server=Den&path=%2Fa&v=1");
  for (const char* name : {"server", "path", "v", "exp", "sig"}) {
    auto changed = query.all();
    for (auto& [key, value] : changed) {
      if (key == name) value += '1';
    }
    EXPECT_FALSE(signer.Accepts(Query(changed), kNow)) << name;
  }
  auto added = query.all();
  added.emplace_back("url", "http://evil.example/");
  EXPECT_FALSE(signer.Accepts(Query(added), kNow));
  EXPECT_FALSE(signer.Accepts(Of("/image?server=Den&path=%2Fa&v=1"), kNow));
  EXPECT_FALSE(signer.Accepts(Of("/image?server=Den&path=%2Fa&v=1&exp=&sig="), kNow));
}

TEST(ImageUrlSigner, UrlExpiresAfterItsLifetime) {
  const ImageUrlSigner signer({kNew}, kDay);
  const Query query = Signed(signer, "/image?url=https%3A%2F%2Fa.example%2Fb");
  EXPECT_TRUE(signer.Accepts(query, kNow + kDay / 2));
  EXPECT_FALSE(signer.Accepts(query, kNow + kDay));
  EXPECT_NE(signer.Period(kNow), signer.Period(kNow + kDay / 2));
}

TEST(ImageUrlSigner, RotationSignsWithTheNewKeyAndAcceptsTheOldOne) {
  const Query old = Signed(ImageUrlSigner({kOld}, kDay), "/image?server=a&path=%2Fb");
  EXPECT_TRUE(ImageUrlSigner({kNew, kOld}, kDay).Accepts(old, kNow));
  EXPECT_FALSE(ImageUrlSigner({kNew}, kDay).Accepts(old, kNow));
}

TEST(ImageUrlSigner, WithoutKeysSignsNothingAndAcceptsAll) {
  const ImageUrlSigner none({}, kDay);
  EXPECT_EQ(none.SignAll(R"(["/image?server=a"])", kNow), R"(["/image?server=a"])");
  EXPECT_TRUE(none.Accepts(Of("/image?server=a&path=%2Fb"), kNow));
}

TEST(ImageUrlSigner, LeavesOtherTextUnchanged) {
  const ImageUrlSigner signer({kNew}, kDay);
  EXPECT_EQ(signer.SignAll(R"({"a":"image?","b":"x/image?y"})", kNow),
            R"({"a":"image?","b":"x/image?y"})");
}

}  // namespace
}  // namespace marquee::gateway
