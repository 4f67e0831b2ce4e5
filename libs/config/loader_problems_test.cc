// Error messages for invalid settings: place, expected value, and no secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/config/loader_fixture.h"
#include "libs/testing/faulty_file_system.h"

namespace marquee::config {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(LoaderTest, ReportsAnUnknownKeyWithPlaceAndNearestValidKey) {
  EXPECT_EQ(ProblemOf("listen: 127.0.0.1:1\nsources:\n  - name: x\n    tokn: y\n"),
            "marquee.yaml:4: sources[0].tokn: unknown key; the nearest valid one is token");
  EXPECT_EQ(ProblemOf("\nimgae: {}"),
            "marquee.yaml:2: imgae: unknown key; the nearest valid one is image");
}

TEST_F(LoaderTest, RejectsAFormerKeyWithItsPresentName) {
  EXPECT_EQ(ProblemOf("spread: 0.1"),
            "marquee.yaml:1: spread: the key was renamed; its name is now jitter");
  EXPECT_EQ(ProblemOf("listing: {most: 7}"),
            "marquee.yaml:1: listing: the key was renamed; its name is now playlist");
  EXPECT_EQ(ProblemOf("playlist:\n  most: 7"),
            "marquee.yaml:2: playlist.most: the key was renamed; its name is now "
            "playlist.max_items");
  EXPECT_EQ(ProblemOf("playlist: {spread: 1}"),
            "marquee.yaml:1: playlist.spread: unknown key; the nearest valid one is max_mb")
      << "a former name is recognised only in its own message";
}

TEST_F(LoaderTest, ShowsNoSecretWhenTheSpaceAfterTheColonIsMissing) {
  EXPECT_EQ(ProblemOf("admin: {token:hunter2}"),
            "marquee.yaml:1: admin.token: unknown key; a space belongs after the colon, and the "
            "nearest valid one is token");
}

TEST_F(LoaderTest, ReportsExpectedAndFoundValues) {
  const std::string number = "expected a whole number from 16 to 65536, found ";
  EXPECT_EQ(ProblemOf("image:\n  memory_mb: lots"),
            "marquee.yaml:2: image.memory_mb: " + number + "\"lots\"");
  EXPECT_THAT(ProblemOf("image: {memory_mb: 15}"), EndsWith(number + "\"15\""));
  EXPECT_THAT(ProblemOf("image: {memory_mb: 128MB}"), EndsWith(number + "\"128MB\""));
  EXPECT_THAT(ProblemOf("image: {memory_mb: 16.5}"), EndsWith(number + "\"16.5\""));
  EXPECT_THAT(ProblemOf("image: {memory_mb: 99999999999}"), EndsWith(number + "\"99999999999\""));
  EXPECT_THAT(ProblemOf("image: {min_free_mb: -1}"),
              EndsWith("expected a whole number from 0 to 4294967295, found \"-1\""));
  EXPECT_THAT(ProblemOf("image: {disk_mb: -1}"), HasSubstr("a whole number of at least 0"));
  EXPECT_THAT(ProblemOf("jitter: nan"), HasSubstr("jitter: expected a number from 0 to 1"));
  EXPECT_THAT(ProblemOf("watch: yes"), HasSubstr("watch: expected true or false, found \"yes\""));
  EXPECT_THAT(ProblemOf("log_level: loud"),
              HasSubstr("expected one of debug, info, warn, error, found \"loud\""));
  EXPECT_THAT(ProblemOf("listen: 4000"), HasSubstr("expected HOST:PORT such as 127.0.0.1:4000"));
  EXPECT_THAT(ProblemOf("public_url: marquee.local"), HasSubstr("expected a URL such as http://"));
  EXPECT_THAT(ProblemOf("data_dir: \"a\\nb\""),
              HasSubstr("expected one line of UTF-8 without control characters, found \"a?b\""));
  EXPECT_THAT(ProblemOf("ports: [1, x]"), HasSubstr("ports[1]: expected a whole number, found"));
}

TEST_F(LoaderTest, ListsUnitsWhenADurationIsInvalid) {
  EXPECT_EQ(ProblemOf("image: {disk_ttl: 7 days}"),
            "marquee.yaml:1: image.disk_ttl: expected a duration such as 500ms, 10s, 60m, 24h or "
            "7d, found \"7 days\"");
  EXPECT_THAT(ProblemOf("image: {disk_ttl: 1s}"),
              HasSubstr("expected a duration from 1m to 365d, found \"1s\""));
  EXPECT_THAT(ProblemOf("image: {disk_ttl: \"\"}"), HasSubstr("expected a duration such as"));
}

TEST_F(LoaderTest, ReportsExpectedAndFoundKindOfValue) {
  EXPECT_EQ(ProblemOf("\nimage: 128"),
            "marquee.yaml:2: image: expected keys with values, found text");
  EXPECT_EQ(ProblemOf("sources: {name: x}"),
            "marquee.yaml:1: sources: expected a list, found keys with values");
  EXPECT_EQ(ProblemOf("sources:\n - x"),
            "marquee.yaml:2: sources[0]: expected keys with values, found text");
  EXPECT_EQ(ProblemOf("listen: [1]"),
            "marquee.yaml:1: listen: expected text or a number, found a list");
  EXPECT_EQ(ProblemOf("- a\n- b"), "marquee.yaml:1: expected keys with values, found a list");
}

TEST_F(LoaderTest, RejectsADuplicateKey) {
  EXPECT_EQ(ProblemOf("listen: a:1\nimage: {}\nlisten: b:2"),
            "marquee.yaml:3: listen: given twice, first in line 1; remove one");
}

TEST_F(LoaderTest, ReportsAnUnresolvedReferenceWithItsPlace) {
  EXPECT_EQ(ProblemOf("admin:\n  token: \"${env:ABSENT}\""),
            "marquee.yaml:2: admin.token: references the environment variable ABSENT, which is not "
            "set; set it");
  EXPECT_EQ(ProblemOf("sources: [{token: \"${file:/no/such/file}\"}]"),
            "marquee.yaml:1: sources[0].token: references a file that is missing or unusable: "
            "cannot read /no/such/file: No such file or directory");
  EXPECT_THAT(ProblemOf("public_url: \"http://${env:HOST}/\""),
              HasSubstr("expected a reference to be the whole value"));
}

TEST_F(LoaderTest, ShowsNoSecretInAnyProblem) {
  input_.environment = {{"TOKEN", "hunter2\n"}, {"ADDRESS", "hunter2"}};

  EXPECT_THAT(ProblemOf("admin: {token: \"${env:TOKEN}\"}"),
              AllOf(HasSubstr("admin.token"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(ProblemOf("admin: {token: \"hunter2\\x07\"}"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ProblemOf("admin: {token: [hunter2]}"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ProblemOf("admin: hunter2"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ProblemOf("public_url: \"${env:ADDRESS}\""), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ProblemOf("public_url: \"ftp://me:hunter2@host\""), Not(HasSubstr("hunter2")));
}

TEST_F(LoaderTest, ReportsMissingRequiredValuesWithTheReason) {
  EXPECT_EQ(ProblemOf("sources:\n  - {name: a, type: local, path: /a}\n  - {name: b, type: plex}"),
            "marquee.yaml:3: sources[1].url: required when type is plex; add it");
  EXPECT_EQ(ProblemOf("listen: \"\""), "marquee.yaml:1: listen: required but not given; add it");
  EXPECT_EQ(ProblemOf("sources: [{type: local, path: /a}]"),
            "marquee.yaml:1: sources[0].name: required but not given; add it");

  test::Demanding demanding;
  EXPECT_EQ(base::MessageOf(config::Load(Input(), files_, demanding)),
            "replicas: required but not given; add it");
  Input zero;
  zero.environment = {{"MARQUEE_REPLICAS", "0"}};
  EXPECT_EQ(config::Load(zero, files_, demanding), absl::OkStatus());
}

TEST_F(LoaderTest, RejectsDuplicateNamesAndTooManyItems) {
  EXPECT_EQ(ProblemOf("sources:\n - {name: a, type: local, path: /a}\n"
                      " - {name: a, type: local, path: /b}"),
            "marquee.yaml:3: sources[1].name: the same as sources[0].name; choose another");
  std::string many = "sources:\n";
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    many += std::string(" - {type: local, path: /a, name: ") + name + "}\n";
  }
  EXPECT_EQ(ProblemOf(many), "marquee.yaml:1: sources: expected at most 4 items, found 5");
}

TEST_F(LoaderTest, JoinsThreeProblemsAndCountsTheRest) {
  const std::string problem = ProblemOf("a: 1\nb: 2\nc: 3\nd: 4\ne: 5");

  EXPECT_THAT(problem, AllOf(HasSubstr("marquee.yaml:1:"), HasSubstr("; marquee.yaml:3:"),
                             Not(HasSubstr("marquee.yaml:4:")), EndsWith("; and 2 more")));
}

TEST_F(LoaderTest, ReportsAnUnreadableFileAndInvalidYaml) {
  input_.file = (dir_ / "none.yaml").string();
  EXPECT_EQ(Problem(), "configuration file: cannot read none.yaml: No such file or directory");
  EXPECT_THAT(ProblemOf("listen: [1\nb: }"), HasSubstr("marquee.yaml:2: invalid YAML: "));
  EXPECT_THAT(ProblemOf(std::string((1 << 20) + 1, '#')), HasSubstr("larger than 1048576 bytes"));

  testing::FaultyFileSystem broken(files_);
  broken.FailAt(1, absl::UnavailableError("cannot read x: Input/output error"));
  EXPECT_THAT(base::MessageOf(config::Load(input_, broken, settings_)),
              HasSubstr("Input/output error"));
}

}  // namespace
}  // namespace marquee::config
