// Environment and flags in addition to a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/config/loader_fixture.h"

namespace marquee::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(LoaderTest, TheEnvironmentOverridesTheFileAndAFlagOverridesBoth) {
  File("image: {memory_mb: 100, disk_mb: 1}\ndata_dir: /file");
  input_.environment = {{"MARQUEE_IMAGE_MEMORY_MB", "200"},
                        {"MARQUEE_DATA_DIR", "/environment"},
                        {"MARQUEE_WATCH", "false"},
                        {"HOME", "/root"}};
  input_.overrides = {{"data_dir", "/flag", "--data-dir"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.image().memory_mb(), 200);
  EXPECT_EQ(settings_.image().disk_mb(), 1);
  EXPECT_EQ(settings_.data_dir(), "/flag");
  EXPECT_FALSE(settings_.watch());
}

TEST_F(LoaderTest, DoesNotEvaluateAnOverriddenValue) {
  File("admin: {token: \"${env:MARQUEE_ABSENT}\"}\nimage: {memory_mb: lots}");
  input_.environment = {{"MARQUEE_ADMIN_TOKEN", "from environment"},
                        {"MARQUEE_IMAGE_MEMORY_MB", "64"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.admin().token(), "from environment");
}

TEST_F(LoaderTest, ResolvesAReferenceInAVariable) {
  input_.environment = {
      {"MARQUEE_ADMIN_TOKEN", "${file:" + dir_.Write("t", "x\r\n").string() + "}"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.admin().token(), "x");
}

TEST_F(LoaderTest, ReportsAnUnknownVariableWithTheNearestValidOne) {
  input_.environment = {{"MARQUEE_IMAGE_MEMORY", "128"}};

  EXPECT_EQ(Problem(),
            "MARQUEE_IMAGE_MEMORY: unknown environment variable; the nearest valid one is "
            "MARQUEE_IMAGE_MEMORY_MB");
}

TEST_F(LoaderTest, RejectsAFormerVariableWithItsPresentName) {
  input_.environment = {{"MARQUEE_LISTING_MOST", "128"}};

  EXPECT_EQ(Problem(),
            "MARQUEE_LISTING_MOST: the variable was renamed; its name is now "
            "MARQUEE_PLAYLIST_MAX_ITEMS");
}

TEST_F(LoaderTest, ReportsTheVariableOrFlagWithAnInvalidValue) {
  input_.environment = {{"MARQUEE_IMAGE_MEMORY_MB", "x"}};
  input_.overrides = {{"listen", "y", "--listen"}};

  EXPECT_THAT(Problem(), AllOf(HasSubstr("MARQUEE_IMAGE_MEMORY_MB: expected a whole number from"),
                               HasSubstr("--listen: expected HOST:PORT")));
}

TEST_F(LoaderTest, AcceptsAnyNameForAVariableReferencedByTheFile) {
  File("sources: [{name: a, type: plex, url: \"http://a\", token: \"${env:MARQUEE_PLEX}\"}]");
  input_.environment = {{"MARQUEE_PLEX", "x"}};

  EXPECT_EQ(Load(), absl::OkStatus());
}

TEST_F(LoaderTest, IgnoresServiceVariablesOfKubernetes) {
  input_.environment = {{"MARQUEE_SERVICE_HOST", "10.0.0.1"},
                        {"MARQUEE_PLAYLIST_SERVICE_PORT_GRPC", "4001"},
                        {"MARQUEE_PLAYLIST_PORT", "tcp://10.0.0.1:4001"},
                        {"MARQUEE_PLAYLIST_PORT_4001_TCP_ADDR", "10.0.0.1"}};
  ASSERT_EQ(Load(), absl::OkStatus());

  input_.environment = {{"MARQUEE_PLAYLIST_PORT", "4001"}};
  EXPECT_THAT(Problem(), HasSubstr("MARQUEE_PLAYLIST_PORT: unknown environment variable"));
}

}  // namespace
}  // namespace marquee::config
