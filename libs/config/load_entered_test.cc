// Settings entered at run time.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/config/loader_test.pb.h"
#include "libs/testing/temp_dir.h"

namespace marquee::config {
namespace {

using test::Settings;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LoadEnteredTest, ChecksEnteredSettingsLikeAFile) {
  Settings settings;
  const std::string entered =
      R"({"listen": "127.0.0.1:4001", "sources": [{"name": "Den", "type": "local", "path": "/p"}]})";

  ASSERT_EQ(LoadEntered(entered, settings), absl::OkStatus());

  EXPECT_EQ(settings.listen(), "127.0.0.1:4001");
  EXPECT_EQ(settings.sources(0).path(), "/p");
  EXPECT_EQ(settings.data_dir(), "./data") << "same defaults as for a file";
  const auto problem = [&settings](const std::string& text) {
    return std::string(base::MessageOf(LoadEntered(text, settings)));
  };
  EXPECT_THAT(problem(R"({"lisen": "x"})"), StartsWith("lisen: unknown key"));
  EXPECT_THAT(problem(R"({"image": {"memory_mb": "much"}})"),
              StartsWith("image.memory_mb: expected"));
  EXPECT_THAT(problem(R"({"sources": [{"name": "Den", "type": "plex"}]})"),
              StartsWith("sources[0].url: "));
}

TEST(LoadEnteredTest, RejectsReferencesToTheHostInEnteredSettings) {
  Settings settings;
  const testing::TempDir dir;
  const std::string secret = dir.Write("secret", "of the machine").string();

  for (const std::string& reference :
       {"${file:" + secret + "}", std::string("${env:HOME}"), std::string("x${env:HOME}")}) {
    const absl::Status status =
        LoadEntered(fmt::format(R"({{"admin": {{"token": "{}"}}}})", reference), settings);
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("enter the value itself"));
    EXPECT_EQ(settings.admin().token(), "");
  }
}

}  // namespace
}  // namespace marquee::config
