#include "libs/httpc/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"

namespace marquee::httpc {
namespace {

TEST(UrlTest, ParsesTheParts) {
  const auto url = Url::Parse("HTTP://Media.Example:8096/jellyfin/Items?Limit=1#top");

  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->host, "media.example");
  EXPECT_EQ(url->port, 8096);
  EXPECT_EQ(url->path, "/jellyfin/Items");
  EXPECT_EQ(url->query, "Limit=1");
  EXPECT_EQ(url->ToString(), "http://media.example:8096/jellyfin/Items?Limit=1");
}

TEST(UrlTest, UsesTheDefaultPortOfTheScheme) {
  EXPECT_EQ(Url::Parse("https://media.example")->port, 443);
  EXPECT_EQ(Url::Parse("https://media.example")->Origin(), "https://media.example");
  EXPECT_EQ(Url::Parse("http://media.example:80/")->Origin(), "http://media.example");
}

TEST(UrlTest, NormalisesOtherNotationsOfAnAddress) {
  EXPECT_EQ(Url::Parse("http://0x7f.1/")->host, "127.0.0.1");
  EXPECT_EQ(Url::Parse("http://2130706433/")->host, "127.0.0.1");
  EXPECT_EQ(Url::Parse("http://[::1]:80/")->host, "[::1]");
}

TEST(UrlTest, RejectsAnythingButPlainHttpUrls) {
  for (const char* text :
       {"", "/Items", "media.example", "file:///etc/passwd", "ftp://a/b", "gopher://a/", "http://",
        "http://user:pw@media.example/", "http://user@media.example/", "http://a b/",
        "http://a:99999/", "http://a\r\nX: y/"}) {
    EXPECT_EQ(Url::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(Url::Parse(std::string_view("http://a/\0b", 11)).ok());
}

TEST(UrlTest, DoesNotRepeatSecretsInItsMessages) {
  const auto status = Url::Parse("http://user:hunter2@media.example/").status();
  EXPECT_THAT(std::string(base::MessageOf(status)),
              ::testing::Not(::testing::HasSubstr("hunter2")));
  EXPECT_EQ(Url::Parse("http://a/Items?api_key=hunter2")->DebugString(), "http://a/Items?…");
}

TEST(UrlTest, EncodesAndDecodes) {
  EXPECT_EQ(PercentEncode("Living Room/é"), "Living%20Room%2F%C3%A9");
  EXPECT_EQ(PercentEncode("/a b", "/"), "/a%20b");
  EXPECT_EQ(PercentDecode("%2e%2E/%zz%4"), "../%zz%4");
}

}  // namespace
}  // namespace marquee::httpc
