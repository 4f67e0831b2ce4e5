#include "services/playlist/sources_config/source_factory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/httpc/fake_http_client.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SourceFactoryTest : public ::testing::Test {
 protected:
  // Loads settings from a file, with its defaults.
  absl::Status Load(const std::string& sources) {
    files::RealFileSystem files;
    config::Input input;
    input.file = dir_.Write("marquee.yaml", "sources:\n" + sources).string();
    return config::Load(input, files, settings_);
  }
  std::string ErrorOf(const std::string& source) {
    if (const auto status = Load(source); !status.ok()) {
      return std::string(base::MessageOf(status));
    }
    return std::string(base::MessageOf(MakeSource(settings_.sources(0), deps_).status()));
  }

  std::vector<SourceSettings> configured() const {
    return {settings_.sources().begin(), settings_.sources().end()};
  }

  testing::TempDir dir_;
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  httpc::FakeHttpClient http_;
  SourceDeps deps_{clock_, logger_, metrics_, http_};
  PlaylistSettings settings_;
};

TEST_F(SourceFactoryTest, CreatesASourceOfEachKindWithoutNetworkAccess) {
  ASSERT_TRUE(Load("- {name: A, type: plex, url: 'http://a:32400', token: t, movie_libraries: [M], "
                   "filter: {years: '1999, 2010-2015', qualities: '1080p,4K', added_within: 30d, "
                   "min_rating: 6.5}}\n"
                   "- {name: B, type: jellyfin, url: 'http://b', token: t}\n"
                   "- {name: C, type: emby, url: 'http://c', token: t}\n"
                   "- {name: D, type: tmdb, token: t, category: streaming_netflix}\n"
                   "- {name: E, type: romm, url: 'http://e', username: u, password: p, "
                   "platforms: [snes]}\n")
                  .ok());
  std::vector<std::string> types;
  for (const auto& source : settings_.sources()) {
    const auto made = MakeSource(source, deps_);
    ASSERT_TRUE(made.ok()) << made.status();
    types.emplace_back((*made)->type());
  }
  EXPECT_THAT(types, ElementsAre("plex", "jellyfin", "jellyfin", "tmdb", "romm"));
  EXPECT_TRUE(http_.requests().empty());
  EXPECT_THAT(InfoOf(settings_.sources(0)).libraries, ElementsAre("M"));
  EXPECT_EQ(InfoOf(settings_.sources(2)).type, "emby");
  EXPECT_THAT(InfoOf(settings_.sources(4)).libraries, ElementsAre("snes"));
}

TEST_F(SourceFactoryTest, ReportsInvalidSettingsAndExpectedValues) {
  EXPECT_THAT(ErrorOf("- {name: A, type: plex, url: 'http://a'}\n"), HasSubstr("token"));
  EXPECT_THAT(ErrorOf("- {name: A, type: romm, url: 'http://a', username: u}\n"),
              HasSubstr("password"));
  EXPECT_THAT(ErrorOf("- {name: A, type: kodi, url: 'http://a'}\n"), HasSubstr("plex"));
  const std::string plex = "- {name: A, type: plex, url: 'http://a', token: t, filter: ";
  EXPECT_THAT(ErrorOf(plex + "{years: '1999,nineties'}}\n"),
              HasSubstr("filter.years: \"nineties\" is invalid; expected years such as 1999"));
  EXPECT_THAT(ErrorOf(plex + "{qualities: 8K}}\n"), HasSubstr("expected SD, 720p, 1080p or 4K"));
  EXPECT_THAT(ErrorOf(plex + "{min_rating: 11}}\n"), HasSubstr("min_rating"));
  EXPECT_THAT(ErrorOf("- {name: A, type: tmdb, token: t, category: populer}\n"),
              HasSubstr("expected one of: popular"));
}

TEST_F(SourceFactoryTest, ATrialUsesTheConfiguredSourceForEmptyFields) {
  ASSERT_TRUE(Load("- {name: A, type: plex, url: 'http://a:32400', token: kept}\n").ok());

  const auto same = SettingsOf({.name = "A", .insecure_tls = true}, configured());
  const auto with_token =
      SettingsOf({.name = "A", .url = "http://b:32400", .token = "new"}, configured());
  const auto fresh = SettingsOf({.type = "romm", .url = "http://e"}, configured());

  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->token(), "kept");
  EXPECT_TRUE(same->insecure_tls());
  ASSERT_TRUE(with_token.ok()) << with_token.status();
  EXPECT_EQ(with_token->token(), "new");
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_EQ(fresh->type(), "romm");
  EXPECT_EQ(
      SettingsOf({.name = "typed 1", .type = "romm", .url = "http://e"}, configured())->name(),
      "trial")
      << "user input must not become a metric label";
}

TEST_F(SourceFactoryTest, ATrialHasTheDefaultsOfTheConfigurationFile) {
  ASSERT_TRUE(Load("- {name: trial, type: tmdb, token: t}\n").ok());

  const auto trial = SettingsOf({.type = "tmdb", .token = "t"}, {});

  ASSERT_TRUE(trial.ok()) << trial.status();
  EXPECT_EQ(trial->DebugString(), settings_.sources(0).DebugString());
}

TEST_F(SourceFactoryTest, DoesNotSendAStoredTokenToAnotherAddress) {
  ASSERT_TRUE(Load("- {name: A, type: plex, url: 'http://a:32400', token: kept}\n").ok());

  for (const char* url : {"http://evil:32400", "http://a:32401", "https://a:32400", "nonsense"}) {
    EXPECT_EQ(SettingsOf({.name = "A", .url = url}, configured()).status().code(),
              absl::StatusCode::kInvalidArgument)
        << url;
  }
  EXPECT_TRUE(SettingsOf({.name = "A", .url = "http://a:32400/base"}, configured()).ok());
  // A different credential is no reason to send the stored one.
  const auto other = SettingsOf({.name = "A", .url = "http://evil", .password = "x"}, configured());
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->token(), "");
  EXPECT_EQ(other->username(), "");
  EXPECT_FALSE(SettingsOf({.url = "http://a"}, configured()).ok()) << "unknown type";
}

}  // namespace
}  // namespace marquee::playlist
