#include "libs/app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"

namespace marquee::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<Flag>& Flags() {
  static const std::vector<Flag> flags = {
      {.name = "config", .value = "FILE", .help = "settings"},
      {.name = "posters", .value = "DIR", .help = "a folder", .repeatable = true},
      {.name = "help", .help = "print this help"},
  };
  return flags;
}

std::string ProblemOf(const std::vector<std::string>& arguments) {
  const auto line = CommandLine::Parse(arguments, Flags());
  EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(base::MessageOf(line.status()));
}

TEST(CommandLineTest, ReadsValuesInBothForms) {
  const auto line =
      CommandLine::Parse({"--config", "a.yaml", "--posters=b", "--posters", "c=d"}, Flags());

  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->value("config"), "a.yaml");
  EXPECT_THAT(line->values("posters"), ElementsAre("b", "c=d"));
  EXPECT_FALSE(line->has("help"));
  EXPECT_THAT(line->values("absent"), IsEmpty());
}

TEST(CommandLineTest, NamesTheNearestFlag) {
  EXPECT_EQ(ProblemOf({"--poster", "x"}),
            "unknown flag --poster; the nearest valid one is --posters");
  EXPECT_EQ(ProblemOf({"-h"}), "unknown flag -h; the nearest valid one is --help");
}

TEST(CommandLineTest, RejectsAPrefixOfAFlag) {
  EXPECT_THAT(ProblemOf({"--conf=x"}), HasSubstr("unknown flag --conf;"));
}

TEST(CommandLineTest, ReportsMissingUnexpectedAndDuplicateValues) {
  EXPECT_EQ(ProblemOf({"--config"}), "--config needs a value; write --config FILE");
  EXPECT_EQ(ProblemOf({"--config", "--help"}), "--config needs a value; write --config FILE");
  EXPECT_EQ(ProblemOf({"--help=x"}), "--help takes no value");
  EXPECT_EQ(ProblemOf({"--config=a", "--config=b"}), "--config is given twice; remove one");
  EXPECT_EQ(ProblemOf({"x"}), "unexpected argument \"x\"; see --help");
}

TEST(CommandLineTest, HelpListsEveryFlag) {
  const std::string help = HelpText("marquee", "shows posters", Flags());

  EXPECT_THAT(help, HasSubstr("marquee: shows posters\n"));
  EXPECT_THAT(help, HasSubstr("--config FILE"));
  EXPECT_THAT(help, HasSubstr("a folder (may be given several times)"));
}

}  // namespace
}  // namespace marquee::app
