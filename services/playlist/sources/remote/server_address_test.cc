#include "services/playlist/sources/remote/server_address.h"

#include <gtest/gtest.h>

#include <string>

namespace marquee::playlist {
namespace {

const UsualPorts kUsual = {.port = 8096, .https = {8920}};

std::string Read(std::string_view text) {
  const auto url = ParseServerAddress(text, kUsual);
  return url.ok() ? url->Origin() + url->path : "refused";
}

TEST(ServerAddressTest, AcceptsACompleteUrl) {
  EXPECT_EQ(Read("http://10.0.0.5:8096"), "http://10.0.0.5:8096");
  EXPECT_EQ(Read("https://media.example/jellyfin/"), "https://media.example/jellyfin");
  EXPECT_EQ(Read("http://media.example:8920"), "http://media.example:8920");
}

TEST(ServerAddressTest, DerivesTheSchemeFromThePort) {
  EXPECT_EQ(Read("media.example:8920/base"), "https://media.example:8920/base");
  EXPECT_EQ(Read("media.example:443"), "https://media.example");
  EXPECT_EQ(Read("10.0.0.5:8096"), "http://10.0.0.5:8096");
  EXPECT_EQ(Read("media.example:80"), "http://media.example");
  EXPECT_EQ(Read("media.example"), "http://media.example:8096");
  EXPECT_EQ(Read("[fd00::5]"), "http://[fd00::5]:8096");
  EXPECT_EQ(Read("[fd00::5]:8920"), "https://[fd00::5]:8920");
}

TEST(ServerAddressTest, RejectsInvalidAddresses) {
  EXPECT_EQ(Read(""), "refused");
  EXPECT_EQ(Read("ftp://media.example"), "refused");
  EXPECT_EQ(Read("http://user:pw@media.example"), "refused");
  EXPECT_EQ(Read("two words"), "refused");
}

TEST(ServerAddressTest, RecognisesItsOwnUrlsAndRemovesTheKey) {
  const auto address = ParseServerAddress("http://media.example:8096/base", kUsual);
  ASSERT_TRUE(address.ok());

  EXPECT_EQ(
      PathBelow(
          *address,
          "http://media.example:8096/base/Items/1/Images/Primary?api_key=K&tag=t&X-Plex-Token=K"),
      "/Items/1/Images/Primary?tag=t");
  EXPECT_EQ(PathBelow(*address, "http://MEDIA.example:8096/base/Items/1/Images/Primary"),
            "/Items/1/Images/Primary");
  EXPECT_EQ(PathBelow(*address, "http://media.example:8097/base/Items/1"), std::nullopt);
  EXPECT_EQ(PathBelow(*address, "https://media.example:8096/base/Items/1"), std::nullopt);
  EXPECT_EQ(PathBelow(*address, "http://media.example:8096/basement/Items/1"), std::nullopt);
  EXPECT_EQ(PathBelow(*address, "http://media.example:8096/base/../Items/1"), std::nullopt);
  EXPECT_EQ(PathBelow(*address, "http://u:p@media.example:8096/base/Items/1"), std::nullopt);
}

TEST(ServerAddressTest, RemovesAQuery) {
  EXPECT_EQ(Read("http://10.0.0.5:8096/?api_key=x"), "http://10.0.0.5:8096");
}

TEST(ServerAddressTest, ConvertsTheAddressOfTheServersWebPages) {
  const UsualPorts usual = {.port = 8096, .https = {8920}};
  for (const char* text :
       {"http://10.0.0.5:8096/web/index.html", "http://10.0.0.5:8096/web/index.html#!/home",
        "http://10.0.0.5:8096/web/", "http://10.0.0.5:8096/web#/details?id=1",
        "10.0.0.5:8096/web/index.html", " http://10.0.0.5:8096/web\n",
        "\xEF\xBB\xBFhttp://10.0.0.5:8096/web/"}) {
    std::string hint;
    const auto url = ParseServerAddress(text, usual, &hint);
    ASSERT_TRUE(url.ok()) << text << url.status();
    EXPECT_EQ(url->Origin() + url->path, "http://10.0.0.5:8096") << text;
    EXPECT_NE(hint.find("http://10.0.0.5:8096 is used"), std::string::npos) << hint;
  }
  std::string hint = "old";
  const auto below = ParseServerAddress("http://media.example/jellyfin/web/index.html", usual);
  EXPECT_EQ(below->path, "/jellyfin");
  EXPECT_EQ(ParseServerAddress("http://media.example/jellyfin", usual, &hint)->path, "/jellyfin");
  EXPECT_EQ(hint, "");
}

TEST(ServerAddressTest, RemovesSurroundingCharactersFromACredential) {
  for (const char* text : {"abc", " abc\r\n", "\xEF\xBB\xBF abc",
                           "\xC2\xA0"
                           "abc\xE2\x80\x8B\t"}) {
    EXPECT_EQ(CleanCredential(text), "abc");
  }
  EXPECT_EQ(CleanCredential(" \n"), "");
  EXPECT_TRUE(IsCredential("abc"));
  EXPECT_FALSE(IsCredential("a bc"));
  EXPECT_FALSE(IsCredential(""));
}

}  // namespace
}  // namespace marquee::playlist
