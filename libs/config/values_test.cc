#include "libs/config/values.h"

#include <gtest/gtest.h>

namespace marquee::config {
namespace {

TEST(ValuesTest, ReadsDurationsInEachUnit) {
  EXPECT_EQ(ParseDuration("500ms").value(), absl::Milliseconds(500));
  EXPECT_EQ(ParseDuration("10s").value(), absl::Seconds(10));
  EXPECT_EQ(ParseDuration("60m").value(), absl::Hours(1));
  EXPECT_EQ(ParseDuration("24h").value(), absl::Hours(24));
  EXPECT_EQ(ParseDuration("7d").value(), absl::Hours(168));
  EXPECT_EQ(ParseDuration("0s").value(), absl::ZeroDuration());
}

TEST(ValuesTest, RejectsInvalidDurations) {
  for (const char* text :
       {"", "10", "s", "-1s", "1.5h", "7 d", "1w", "1S", "10s ", "1h30m", "1000000000d"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(ValuesTest, DurationOfAnEmptySettingIsZero) {
  EXPECT_EQ(DurationOf(""), absl::ZeroDuration());
  EXPECT_EQ(DurationOf("2m"), absl::Minutes(2));
}

TEST(ValuesTest, ReadsHostsAndPortsAndWritesThemBack) {
  for (const char* text : {"127.0.0.1:4000", "[::1]:0", "localhost:65535"}) {
    ASSERT_TRUE(ParseHostPort(text).ok()) << text;
    EXPECT_EQ(ParseHostPort(text)->ToString(), text);
  }
  EXPECT_EQ(ParseHostPort("[::1]:80")->host, "::1");
}

TEST(ValuesTest, RejectsInvalidHostsAndPorts) {
  for (const char* text : {"", "4000", ":4000", "host", "host:", "host:65536", "host:-1", "::1:80",
                           "[host]:80", "a b:80", "http://host:80", "[::1]", "[]:80"}) {
    EXPECT_FALSE(ParseHostPort(text).ok()) << text;
  }
}

TEST(ValuesTest, AcceptsUrlsAndRejectsOtherText) {
  for (const char* text : {"http://10.0.0.5:8096", "https://host", "http://[::1]:80/x?y",
                           "http://[::1]", "https://me:pw@host/path"}) {
    EXPECT_TRUE(CheckUrl(text).ok()) << text;
  }
  for (const char* text : {"", "host", "ftp://host", "http://", "http:///path", "http://host:0",
                           "http://host:99999", "http://ho st", "http://:80", "http://me@"}) {
    EXPECT_FALSE(CheckUrl(text).ok()) << text;
  }
}

TEST(ValuesTest, RemovesUserAndPasswordFromAUrl) {
  EXPECT_EQ(WithoutUserInfo("http://me:p@ss@host:1/a@b"), "http://host:1/a@b");
  EXPECT_EQ(WithoutUserInfo("http://host/a@b"), "http://host/a@b");
}

TEST(ValuesTest, RejectsControlCharactersAndInvalidUtf8) {
  EXPECT_TRUE(CheckOneLine("Amélie 映画 \xF0\x9F\x8E\xAC").ok());
  for (const char* text : {"a\nb", "a\tb", "\x7F", "\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xE0\x80\x80"}) {
    EXPECT_FALSE(CheckOneLine(text).ok()) << text;
  }
}

}  // namespace
}  // namespace marquee::config
