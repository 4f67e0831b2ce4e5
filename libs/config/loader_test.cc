// Values and defaults in the loaded message, and their display.
#include "libs/config/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/config/loader_fixture.h"

namespace marquee::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(LoaderTest, ReadsTheExampleOfTheReadme) {
  const std::string plex = dir_.Write("plex", "plex-secret\n").string();
  File(R"(listen: 127.0.0.1:4000          # HTTP and WebSocket
ops_listen: ""                  # /metrics, /livez, /readyz apart from displays; empty: on listen
data_dir: ./data
public_url: ""                  # address as seen by displays, for QR codes
admin: { token: "${env:MARQUEE_ADMIN_TOKEN}" }   # API token, literal or by reference; empty: first-run set-up at /admin
image: { memory_mb: 128, disk_mb: 2048, disk_ttl: 7d, min_free_mb: 500 }
playlist: { refresh_every: 60m, refresh_budget: 10s, max_items: 5000, max_mb: 50 }
sources:
  - { name: Living Room, type: jellyfin, url: "http://10.0.0.5:8096", token: "${env:JELLYFIN_TOKEN}", movie_libraries: [Movies], show_libraries: [Shows] }
  - { name: Den, type: plex, url: "http://10.0.0.6:32400", token: "${file:)" +
       plex + R"(}" }
  - { name: Posters, type: local, path: /srv/posters }
)");
  input_.environment = {{"MARQUEE_ADMIN_TOKEN", "admin-secret"}, {"JELLYFIN_TOKEN", "jelly"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.listen(), "127.0.0.1:4000");
  EXPECT_EQ(settings_.ops_listen(), "");
  EXPECT_EQ(settings_.data_dir(), "./data");
  EXPECT_EQ(settings_.public_url(), "");
  EXPECT_EQ(settings_.admin().token(), "admin-secret");
  EXPECT_EQ(settings_.image().memory_mb(), 128);
  EXPECT_EQ(settings_.image().disk_mb(), 2048);
  EXPECT_EQ(DurationOf(settings_.image().disk_ttl()), absl::Hours(7 * 24));
  EXPECT_EQ(settings_.image().min_free_mb(), 500u);
  EXPECT_EQ(DurationOf(settings_.playlist().refresh_every()), absl::Hours(1));
  EXPECT_EQ(DurationOf(settings_.playlist().refresh_budget()), absl::Seconds(10));
  EXPECT_EQ(settings_.playlist().max_items(), 5000);
  EXPECT_EQ(settings_.playlist().max_mb(), 50u);
  ASSERT_EQ(settings_.sources_size(), 3);
  EXPECT_EQ(settings_.sources(0).name(), "Living Room");
  EXPECT_EQ(settings_.sources(0).type(), "jellyfin");
  EXPECT_EQ(settings_.sources(0).url(), "http://10.0.0.5:8096");
  EXPECT_EQ(settings_.sources(0).token(), "jelly");
  EXPECT_THAT(settings_.sources(0).movie_libraries(), ElementsAre("Movies"));
  EXPECT_THAT(settings_.sources(0).show_libraries(), ElementsAre("Shows"));
  EXPECT_EQ(settings_.sources(1).token(), "plex-secret");
  EXPECT_EQ(settings_.sources(2).path(), "/srv/posters");
}

TEST_F(LoaderTest, AppliesDefaultsWithoutAFileAndInAbsentMessages) {
  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.listen(), "127.0.0.1:4000");
  EXPECT_TRUE(settings_.has_image());
  EXPECT_TRUE(settings_.has_admin());
  EXPECT_EQ(settings_.image().memory_mb(), 128);
  EXPECT_EQ(settings_.image().disk_ttl(), "7d");
  EXPECT_TRUE(settings_.watch());
  EXPECT_EQ(settings_.jitter(), 0.5);
}

TEST_F(LoaderTest, AppliesDefaultsInsideItemsOfAList) {
  File("sources: [{name: a, type: local, path: /a}, {name: b, type: local, path: /b, depth: 5}]");

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.sources(0).depth(), 3);
  EXPECT_EQ(settings_.sources(1).depth(), 5);
}

TEST_F(LoaderTest, DoesNotReplaceAnExplicitZeroByTheDefault) {
  File("watch: false\njitter: 0\nimage: {disk_mb: 0}\nsources:\nlog_level: ~");

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_FALSE(settings_.watch());
  EXPECT_EQ(settings_.jitter(), 0);
  EXPECT_EQ(settings_.image().disk_mb(), 0);
  EXPECT_EQ(settings_.log_level(), "info");  // a key without a value is not given
}

TEST_F(LoaderTest, AnEmptyFileIsAllDefaults) {
  File("# nothing\n");

  EXPECT_EQ(Load(), absl::OkStatus());
}

TEST_F(LoaderTest, ClearsEarlierContentOfTheMessage) {
  settings_.add_sources()->set_name("left over");

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.sources_size(), 0);
}

TEST_F(LoaderTest, RedactsSecretsButShowsTheRest) {
  File(
      "admin: {token: hunter2}\npublic_url: http://me:hunter2@host:1/x\n"
      "sources: [{name: a, type: local, path: /a, token: hunter2}]");
  ASSERT_EQ(Load(), absl::OkStatus());

  const std::string text = Redacted(settings_);

  EXPECT_THAT(text,
              AllOf(HasSubstr("[redacted]"), HasSubstr("http://host:1/x"),
                    HasSubstr("memory_mb: 128"), Not(HasSubstr("hunter2")), Not(HasSubstr("\n"))));
  EXPECT_EQ(settings_.admin().token(), "hunter2");
}

TEST_F(LoaderTest, DetectsSecretsInAFile) {
  const std::string written = "admin: {token: hunter2}\npublic_url: http://host:1/x\n";
  File(written);
  ASSERT_EQ(Load(), absl::OkStatus());
  EXPECT_TRUE(HoldsSecretOf(settings_, written));
  EXPECT_FALSE(HoldsSecretOf(settings_, "admin: {token: \"${env:TOKEN}\"}"));
  File("sources: [{name: a, type: local, path: /a, token: hunter3}]");
  ASSERT_EQ(Load(), absl::OkStatus());
  EXPECT_TRUE(HoldsSecretOf(settings_, "token: hunter3"));
  File("public_url: http://host:1/x\n");
  ASSERT_EQ(Load(), absl::OkStatus());
  EXPECT_FALSE(HoldsSecretOf(settings_, "public_url: http://host:1/x\n"));
}

TEST_F(LoaderTest, ReportsAnInvalidSettingsMessageAsInternal) {
  test::WrongDefault wrong_default;
  test::Endless endless;
  test::SharedVariable shared;
  test::Unsupported unsupported;
  input_.overrides = {{"no.such", "x", "--flag"}};

  EXPECT_EQ(config::Load(Input(), files_, wrong_default).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(config::Load(Input(), files_, endless).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(config::Load(Input(), files_, shared).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(config::Load(Input(), files_, unsupported).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Load().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace marquee::config
