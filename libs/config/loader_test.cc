#include "libs/config/loader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/config/loader_test.pb.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/faulty_file_system.h"
#include "libs/testing/temp_dir.h"

namespace marquee::config {
namespace {

using test::Settings;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class LoaderTest : public ::testing::Test {
 protected:
  // Writes `yaml` as the file to load.
  void File(std::string_view yaml) { input_.file = dir_.Write("marquee.yaml", yaml).string(); }

  absl::Status Load() { return config::Load(input_, files_, settings_); }

  // The message of the failed load, with the folder of the file taken out.
  std::string Problem() {
    const absl::Status status = Load();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    std::string message(base::MessageOf(status));
    const std::string folder = dir_.path().string() + "/";
    for (size_t at; (at = message.find(folder)) != std::string::npos;) {
      message.erase(at, folder.size());
    }
    EXPECT_THAT(message, Not(HasSubstr("\n")));
    return message;
  }
  std::string ProblemOf(std::string_view yaml) {
    File(yaml);
    return Problem();
  }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  Input input_;
  Settings settings_;
};

TEST_F(LoaderTest, ReadsTheSketchOfTheReadme) {
  const std::string plex = dir_.Write("plex", "plex-secret\n").string();
  File(R"(listen: 127.0.0.1:4000          # HTTP and WebSocket
ops_listen: ""                  # /metrics, /livez, /readyz apart from displays; empty: on listen
data_dir: ./data
public_url: ""                  # as displays see us, for QR codes
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

TEST_F(LoaderTest, AppliesDefaultsWithoutAFileAndInMessagesThatAreAbsent) {
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

TEST_F(LoaderTest, AZeroThatIsWrittenIsNotReplacedByTheDefault) {
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

TEST_F(LoaderTest, ClearsWhatWasInTheMessage) {
  settings_.add_sources()->set_name("left over");

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.sources_size(), 0);
}

TEST_F(LoaderTest, TheEnvironmentWinsOverTheFileAndAFlagOverBoth) {
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

TEST_F(LoaderTest, AValueThatLosesIsNotLookedAt) {
  File("admin: {token: \"${env:MARQUEE_ABSENT}\"}\nimage: {memory_mb: lots}");
  input_.environment = {{"MARQUEE_ADMIN_TOKEN", "from environment"},
                        {"MARQUEE_IMAGE_MEMORY_MB", "64"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.admin().token(), "from environment");
}

TEST_F(LoaderTest, AVariableMayBeAReferenceItself) {
  input_.environment = {
      {"MARQUEE_ADMIN_TOKEN", "${file:" + dir_.Write("t", "x\r\n").string() + "}"}};

  ASSERT_EQ(Load(), absl::OkStatus());

  EXPECT_EQ(settings_.admin().token(), "x");
}

TEST_F(LoaderTest, NamesAnUnknownKeyItsPlaceAndTheNearestValidOne) {
  EXPECT_EQ(ProblemOf("listen: 127.0.0.1:1\nsources:\n  - name: x\n    tokn: y\n"),
            "marquee.yaml:4: sources[0].tokn: unknown key; the nearest valid one is token");
  EXPECT_EQ(ProblemOf("\nimgae: {}"),
            "marquee.yaml:2: imgae: unknown key; the nearest valid one is image");
}

TEST_F(LoaderTest, ShowsNoSecretThatIsGluedToItsKey) {
  EXPECT_EQ(ProblemOf("admin: {token:hunter2}"),
            "marquee.yaml:1: admin.token: unknown key; a space belongs after the colon, and the "
            "nearest valid one is token");
}

TEST_F(LoaderTest, SaysWhatWasExpectedAndFound) {
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

TEST_F(LoaderTest, NamesTheUnitsWhenADurationHasAWrongOne) {
  EXPECT_EQ(ProblemOf("image: {disk_ttl: 7 days}"),
            "marquee.yaml:1: image.disk_ttl: expected a duration such as 500ms, 10s, 60m, 24h or "
            "7d, found \"7 days\"");
  EXPECT_THAT(ProblemOf("image: {disk_ttl: 1s}"),
              HasSubstr("expected a duration from 1m to 365d, found \"1s\""));
  EXPECT_THAT(ProblemOf("image: {disk_ttl: \"\"}"), HasSubstr("expected a duration such as"));
}

TEST_F(LoaderTest, SaysWhichShapeWasExpected) {
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

TEST_F(LoaderTest, RefusesAKeyThatIsGivenTwice) {
  EXPECT_EQ(ProblemOf("listen: a:1\nimage: {}\nlisten: b:2"),
            "marquee.yaml:3: listen: given twice, first in line 1; keep one");
}

TEST_F(LoaderTest, NamesAMissingReferenceAndWhereItStands) {
  EXPECT_EQ(ProblemOf("admin:\n  token: \"${env:ABSENT}\""),
            "marquee.yaml:2: admin.token: refers to the environment variable ABSENT, which is not "
            "set; set it");
  EXPECT_EQ(ProblemOf("sources: [{token: \"${file:/no/such/file}\"}]"),
            "marquee.yaml:1: sources[0].token: refers to a file that is missing or unusable: "
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

TEST_F(LoaderTest, NamesAnUnknownVariableAndTheNearestValidOne) {
  input_.environment = {{"MARQUEE_IMAGE_MEMORY", "128"}};

  EXPECT_EQ(Problem(),
            "MARQUEE_IMAGE_MEMORY: unknown environment variable; the nearest valid one is "
            "MARQUEE_IMAGE_MEMORY_MB");
}

TEST_F(LoaderTest, NamesTheVariableOrTheFlagWhoseValueIsWrong) {
  input_.environment = {{"MARQUEE_IMAGE_MEMORY_MB", "x"}};
  input_.overrides = {{"listen", "y", "--listen"}};

  EXPECT_THAT(Problem(), AllOf(HasSubstr("MARQUEE_IMAGE_MEMORY_MB: expected a whole number from"),
                               HasSubstr("--listen: expected HOST:PORT")));
}

TEST_F(LoaderTest, AVariableThatTheFileRefersToMayHaveAnyName) {
  File("sources: [{name: a, type: plex, url: \"http://a\", token: \"${env:MARQUEE_PLEX}\"}]");
  input_.environment = {{"MARQUEE_PLEX", "x"}};

  EXPECT_EQ(Load(), absl::OkStatus());
}

TEST_F(LoaderTest, IgnoresTheVariablesByWhichKubernetesAnnouncesServices) {
  input_.environment = {{"MARQUEE_SERVICE_HOST", "10.0.0.1"},
                        {"MARQUEE_PLAYLIST_SERVICE_PORT_GRPC", "4001"},
                        {"MARQUEE_PLAYLIST_PORT", "tcp://10.0.0.1:4001"},
                        {"MARQUEE_PLAYLIST_PORT_4001_TCP_ADDR", "10.0.0.1"}};
  ASSERT_EQ(Load(), absl::OkStatus());

  input_.environment = {{"MARQUEE_PLAYLIST_PORT", "4001"}};
  EXPECT_THAT(Problem(), HasSubstr("MARQUEE_PLAYLIST_PORT: unknown environment variable"));
}

TEST_F(LoaderTest, SaysWhatIsRequiredAndWhy) {
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

TEST_F(LoaderTest, RefusesTwoItemsOfOneNameAndTooManyItems) {
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

TEST_F(LoaderTest, SaysThatAFileCannotBeReadOrIsNotYaml) {
  input_.file = (dir_ / "none.yaml").string();
  EXPECT_EQ(Problem(), "configuration file: cannot read none.yaml: No such file or directory");
  EXPECT_THAT(ProblemOf("listen: [1\nb: }"), HasSubstr("marquee.yaml:2: invalid YAML: "));
  EXPECT_THAT(ProblemOf(std::string((1 << 20) + 1, '#')), HasSubstr("larger than 1048576 bytes"));

  testing::FaultyFileSystem broken(files_);
  broken.FailAt(1, absl::UnavailableError("cannot read x: Input/output error"));
  EXPECT_THAT(base::MessageOf(config::Load(input_, broken, settings_)),
              HasSubstr("Input/output error"));
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

TEST_F(LoaderTest, AMessageThatCannotBeSettingsIsOurOwnFault) {
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
